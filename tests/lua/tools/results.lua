-- A text is told as it is, an image as one, all else as JSON; what cannot be told is a failure that says so.
--@ replies: obedient
--@ stderr: codex-lua: the tool give failed: it returned what is no JSON: at f: a function is no JSON value
--@ stderr: codex-lua: the tool give failed: it returned a text that is not valid UTF-8; thread
local check, json = require "check", require "std.json"

local values
local thread = codex.thread_start {
  tools = {
    codex.tool {
      name = "give",
      description = "Gives.",
      run = function()
        return table.unpack(values, 1, values.n)
      end,
    },
  },
}
local function give(...)
  values = table.pack(...)
  local result = thread:run "tool: give {}"
  return result.text, check.items(result.items, "dynamic_tool_call")[1]
end
local function gives(text, ...)
  local said, item = give(...)
  check.equal({ said, item.success, item.status }, { text, true, "completed" })
  return item
end
local function fails(text, ...)
  local said, item = give(...)
  check.equal({ said, item.success, item.status }, { text, false, "failed" })
end

gives("a text\nof two lines\0", "a text\nof two lines\0")
gives("", "")
gives("null")
gives("null", nil)
gives("null", json.null)
gives("7", 7)
gives("1.5", 1.5)
gives("false", false)
gives('{"id":7}', { id = 7 })
gives("{}", {})
gives("[]", json.array())
gives('["a",{"b":[1]}]', { "a", { b = { 1 } } })
gives("one", "one", "and more that nobody reads")

-- nil and a text is a failure that the function knew of.
fails("there is no ticket 7", nil, "there is no ticket 7")
gives("null", nil, 7)

-- Images, alone and among texts.
local pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
local item = gives("", { image = pixel })
check.equal(item.content_items, { { type = "input_image", image_url = pixel } })
item = gives('before\n{"id":7}', { "before", { image = pixel }, { id = 7 } })
check.equal(#item.content_items, 3)
check.equal(item.content_items[2].type, "input_image")
fails("give failed: it returned an image that is no data: URL", { image = "https://example.org/x.png" })
fails("give failed: it returned an image that is no data: URL", { "x", { image = "x.png" } })
-- A record with more in it is none.
gives('{"id":7,"image":"x.png"}', { id = 7, image = "x.png" })
gives('{"image":7}', { image = 7 })

fails(
  "give failed: it returned what is no JSON: at f: a function is no JSON value, which are tables, strings, numbers, booleans and json.null",
  { f = print }
)
fails(
  "give failed: it returned what is no JSON: at the value itself: a thread is no JSON value, which are tables, strings, numbers, booleans and json.null",
  coroutine.create(print)
)
fails(
  "give failed: it returned what is no JSON: at the value itself: NaN is no JSON number, which are finite",
  math.huge - math.huge
)
local loop = {}
loop.loop = loop
fails(
  "give failed: it returned what is no JSON: at loop: the table holds itself, which JSON cannot say",
  loop
)
fails("give failed: it returned a text that is not valid UTF-8", "\xff")
-- Codex tells the model as much of a long one as it tells of any tool's output.
assert(#give(("x"):rep(1 << 20)) < 200000)

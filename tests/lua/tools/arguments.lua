-- What the agent calls a tool with is JSON, kept as it is, and is looked at before the function runs.
local check, json = require "check", require "std.json"

local got, calls
local thread = codex.thread_start {
  tools = {
    codex.tool {
      name = "take",
      description = "Takes.",
      input = {
        type = "object",
        properties = {
          id = { type = "integer", minimum = 1 },
          when = { type = "string", pattern = "^[0-9-]+$" },
          tags = { type = "array", items = { enum = { "a", "b" }, type = "string" }, maxItems = 2 },
        },
        required = { "id" },
      },
      run = function(args)
        got, calls = args, calls + 1
        return "taken"
      end,
    },
  },
}
local function call(arguments)
  got, calls = nil, 0
  return thread:run(arguments).text
end

-- Kept: whole numbers, floats, null, empty arrays and objects, text of all kinds, keys that mean something elsewhere.
check.equal(
  call '{"id":1,"x":1.5,"n":null,"e":[],"o":{},"big":9007199254740993,"t":"a\\u0000\\ud83d\\ude00"}',
  "taken"
)
check.equal({ math.type(got.id), got.x, got.n, math.type(got.big) }, { "integer", 1.5, json.null, "integer" })
check.equal({ json.encode(got.e), json.encode(got.o), got.t }, { "[]", "{}", "a\0😀" })
check.equal(got.big, 9007199254740993)
check.equal(
  call '{"id":1,"__index":1,"__gc":{},"__close":1,"__proto__":{"x":1},"constructor":1,"":2}',
  "taken"
)
check.equal({ got.__index, got.__close, got[""], getmetatable(got) }, { 1, 1, 2, nil })
check.equal(call '{"id":1,"id":2}', "taken")
check.equal(got.id, 2)
-- A whole number written as a float is an integer to a schema.
check.equal(call '{"id":7.0}', "taken")

-- What does not fit is told, with its place, and the function does not run.
local function misfit(arguments, ...)
  local text = call(arguments)
  check.equal(calls, 0)
  assert(#text < 1000, #text)
  check.has(text, "take was not run, since its arguments do not fit its input:\n")
  for _, part in ipairs { ... } do
    check.has(text, part)
  end
  check.lacks(text, "arguments.lua")
end
misfit("{}", '"id" is a required property')
misfit('{"id":"7"}', '/id: it is not of type "integer"')
misfit('{"id":1.5}', "/id: ")
misfit('{"id":0,"when":"now","tags":["a","c","b"]}', "/id: ", "/when: ", "/tags/1: ", "/tags: ")
misfit("[1]", 'it is not of type "object"')
misfit("null", 'it is not of type "object"')
misfit('"id"', 'it is not of type "object"')
misfit('{"id":1e999}', "it is not JSON: number out of range")
misfit("large misfit", '/id: it is not of type "integer"')
-- Large, and deep.
check.equal(call "large", "taken")
check.equal(#got.x, 200000)
check.equal(call(('{"id":1,"x":%s%s}'):format(("["):rep(120), ("]"):rep(120))), "taken")
-- What is no JSON at all, or deeper, the server itself tells the model.
check.has(call '{"id":', "failed to parse function arguments")
check.has(
  call(('{"id":1,"x":%s%s}'):format(("["):rep(200), ("]"):rep(200))),
  "failed to parse function arguments"
)
check.equal(calls, 0)
check.equal(call '{"id":1}', "taken")

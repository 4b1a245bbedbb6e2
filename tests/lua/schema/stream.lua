-- A loop over a turn goes on with the turns that ask again, and raises what the result raises.
--@ replies: stubborn
local check = require "check"
local task = require "std.task"

local thread = codex.thread_start()
local options = { schema = { type = "array" }, schema_retries = 1 }
local function read(loop)
  local seen = { said = "" }
  for event in loop do
    seen.said = seen.said .. (event.text or "")
    seen[event.type] = (seen[event.type] or 0) + 1
  end
  return seen
end

local seen = read(thread:stream("answers: {} ~ [1]", options))
check.equal({ seen.said, seen["turn.started"], seen["turn.completed"] }, { "{}[1]", 2, 2 })
seen = read(thread:stream("answers: [1] ~ FAIL", options))
check.equal({ seen.said, seen["turn.completed"] }, { "[1]", 1 })

local said = ""
local err = check.raises("schema", 'not of type "array"', function()
  for event in thread:stream("answers: {} ~ 7", options) do
    said = said .. (event.text or "")
  end
end)
check.equal({ said, err.text }, { "{}7", "7" })

-- A held turn is the last of them; its result is the same however often it is asked for.
local turn = thread:turn("answers: {} ~ [2]", options)
local first = turn.id
check.equal(turn:result().output, { 2 })
check.equal({ turn.id ~= first, turn.status }, { true, "completed" })
check.equal(turn:result().output, { 2 })
check.equal(read(turn:events()).said, "{}[2]")
turn = thread:turn("answers: {} ~ 7", options)
for _ = 1, 2 do
  check.equal(check.raises("schema", nil, turn.result, turn).text, "7")
end

-- Whoever waits, and however many: it is asked again once.
turn = thread:turn("answers: {} ~ [3] ~ FAIL", options)
local waiting = {}
for i = 1, 3 do
  waiting[i] = task.spawn(function()
    return i == 2 and read(turn:events()).said or turn:result().output[1]
  end)
end
check.equal({ waiting[1]:await(), waiting[2]:await(), waiting[3]:await() }, { 3, "{}[3]", 3 })

-- One that the script stopped is asked for nothing more, and has no output.
for event in thread:stream("answers: {} ~ FAIL", options) do
  if event.text then
    break
  end
end
turn = thread:turn("answers: SILENT ~ FAIL", options)
turn:interrupt()
local result = turn:result()
check.equal({ result.status, result.output }, { "interrupted" })
turn = thread:turn("answers: {} ~ SILENT", options)
for event in turn:events() do
  if event.type == "turn.started" and turn.id == event.turn.id and event.turn.id ~= first then
    first = event.turn.id
  end
  if event.type == "item.completed" and event.item.type == "user_message" then
    if event.item.content[1].text:find("Your answer", 1, true) then
      turn:interrupt()
    end
  end
end
result = turn:result()
check.equal({ result.status, result.output, result.text }, { "interrupted" })
check.equal(#check.items(result.items, "agent_message"), 1)
check.equal(thread:run("answers: fine").text, "fine")

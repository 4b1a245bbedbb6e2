-- What a result holds.
local check = require "check"

local result = codex.run("hello")
check.equal(result.text, 'You said: "hello" (turn 1 of this thread; the scripted model, no network).')
check.equal(result.status, "completed")
check.equal(result.output, nil)
check.equal(result.diff, nil)
assert(#result.thread_id > 0 and #result.turn_id > 0 and result.thread_id ~= result.turn_id)
assert(math.type(result.duration) == "float" and result.duration > 0 and result.duration < 60)

local types = {}
for i, item in ipairs(result.items) do
  types[i] = item.type
end
check.equal(types, { "user_message", "reasoning", "agent_message" })
check.equal(result.items[3].text, result.text)
check.equal(result.items[1].content[1].text, "hello")

-- Leaving turn:events(), or the loop over a held turn, only stops listening; what was not read is still there.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local turn = thread:turn("slowly: one two three")
for _ in turn:events() do
  break
end
for event in turn do
  if event.text == "one " then
    break
  end
end
local rest = {}
for event in turn:events() do
  rest[#rest + 1] = event.text
end
check.equal(rest, { "two ", "three" })
check.equal(turn:result().text, "one two three")
check.equal(turn.status, "completed")

-- What a handler raises is told with the script's lines, ends nothing, and is told again at the tenth only.
--@ replies: obedient
--@ stderr: the handler of codex.on("item.agent_message.delta") failed:
--@ stderr: on_raises.lua:19: no delta 1 (at
--@ stderr: in upvalue 'refuse'
--@ stderr: no delta 10
--@ stderr: (the 10th of this kind)
--@ stderr: the handler of thread.on("turn.completed") failed:
--@ stderr: on_raises.lua:35: codex.request:
--@ stderr: [usage]
--@ stderr: the child fails
--@ stderr: {"a":1}
local check, task = require "check", require "std.task"

local thread = codex.thread_start()
local calls = 0
local function refuse()
  calls = calls + 1
  error("no delta " .. calls)
end
codex.on("item.agent_message.delta", function()
  refuse()
end)
thread:run "echo 1 2 3 4 5 6 7 8 9 10 11"
check.equal(calls, 11)

local sub = codex.on("turn.completed", function()
  error { a = 1 }
end)
thread:run "hi"
check.equal(sub.active, true)
sub:close()

thread:on("turn.completed", function()
  codex.request(1)
end)
thread:on("turn.completed", function()
  task.spawn(error, "the child fails")
end)
thread:run "hi"
task.yield()

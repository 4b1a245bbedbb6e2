-- A budget of seconds runs while turns do, for two at once as for one; the limits of a turn hold beside it.
--@ replies: obedient
local check, task = require "check", require "std.task"

local thread = codex.thread_start { budget = { seconds = "3s" } }
thread:run("echo a")
local before = thread.spent.seconds
task.sleep("10ms")
check.equal(thread.spent.seconds, before)
check.raises("timeout", "did not end within", thread.run, thread, "silent", { timeout = "50ms" })
check.raises("timeout", "did nothing for", thread.run, thread, "silent", { idle_timeout = "50ms" })
local copy = thread:fork()
local turns = { thread:turn("silent", { timeout = "1m" }), copy:turn("silent") }
for _, turn in ipairs(turns) do
  local err = check.raises("budget", "of 3 seconds; the turn was ended", turn.result, turn)
  assert(err.spent.seconds >= 3 and err.budget.seconds == 3, err.spent.seconds)
end
check.raises("budget", "no further turn begins", copy.run, copy, "echo x")

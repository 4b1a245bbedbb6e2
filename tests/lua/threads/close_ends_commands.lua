-- A command that a turn left running ends when its thread closes; a turn that waited for its chance is told.
--@ replies: obedient
local check = require "check"
local task = require "std.task"

local thread = codex.thread_start { sandbox = "full-access" }
thread:run "& echo $$ > pid; sleep 1000"
local pid = tonumber(check.read "pid")
assert(check.runs(pid), "it runs on after its turn")
thread:close()
while check.runs(pid) do
  task.sleep "5ms"
end

-- Closing while another turn waits for the end of an interrupted one.
thread = codex.thread_start()
local first = thread:turn "silent"
first:interrupt()
local waiting = task.spawn(function()
  return pcall(thread.run, thread, "echo second")
end)
task.yield()
thread:close()
local ok, err = waiting:await()
assert(not ok and err.kind == "closed", tostring(err))

-- A limit that no clock reaches is no limit.
assert(codex.run("echo fine", { timeout = 1e19, idle_timeout = 1e18 }).text == "fine")

-- A task cannot wait for itself.
local me
me = task.spawn(function()
  task.yield()
  check.raises("usage", "cannot end before", me.await, me)
end)

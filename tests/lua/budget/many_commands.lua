-- An agent that starts more commands at once than it may is stopped, and none of them runs on.
local check = require "check"

local thread = codex.thread_start { sandbox = "full-access", budget = { commands = 2 } }
local err = check.raises("budget", "of 2 commands; the turn was ended", thread.run, thread, "go")
assert(err.spent.commands > 2, err.spent.commands)
for place = 1, 6 do
  local file = "pid" .. place
  local pid = check.exists(file) and tonumber(check.read(file))
  if pid then
    check.eventually("command " .. place .. " is gone", function()
      return not check.runs(pid)
    end)
  end
end

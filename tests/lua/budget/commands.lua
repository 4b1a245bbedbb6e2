-- A budget of commands ends the turn with the command that was too much, and the turns of all who share it.
--@ replies: obedient
local agents, check = require "agents", require "check"

local thread = codex.thread_start { sandbox = "full-access", budget = { commands = 0 } }
local err = check.raises(
  "budget",
  "1 of 0 commands; the turn was ended",
  thread.run,
  thread,
  "$ echo $$ > pid; sleep 1000"
)
check.equal({ err.spent.commands, err.text }, { 1, nil })
if check.exists "pid" then
  local pid = tonumber(check.read "pid")
  check.eventually("the command is gone", function()
    return not pid or not check.runs(pid)
  end)
end
check.raises("budget", "no further turn", thread.run, thread, "echo x")

-- Subagents of both kinds count for their root, and are stopped with it.
for _, config in ipairs(agents.kinds) do
  thread = codex.thread_start { sandbox = "full-access", config = config, budget = { commands = 1 } }
  local copy
  thread:run("$ true")
  copy = thread:fork()
  local other = copy:turn("silent")
  local turn = thread:turn("agent: $ sleep 1000")
  err = check.raises("budget", "2 of 1 commands", turn.result, turn)
  check.equal(err.spent.turns, 3)
  agents.ended(thread, 1, {})
  check.raises("budget", "the turn was ended", other.result, other)
end

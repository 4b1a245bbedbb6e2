-- Leaving the stream, or the task that awaits the turn, stops subagents too.
--@ replies: obedient
local agents, check = require "agents", require "check"
local task = require "std.task"

for _, config in ipairs(agents.kinds) do
  local thread = codex.thread_start { sandbox = "full-access", config = config }
  local pid
  for event in thread:stream("agent: $ echo $$ > pid; sleep 1000", { subagents = true }) do
    if event.item and event.item.type == "command_execution" then
      pid = agents.pid "pid"
      break
    end
  end
  -- The next turn awaits the end of the one before, and of all that it spawned.
  check.equal(thread:run("echo free").text, "free")
  agents.ended(thread, 1, { pid })
end

local thread = codex.thread_start { sandbox = "full-access" }
local waiting = task.spawn(thread.run, thread, "agent: $ echo $$ > pid; sleep 1000")
local pid = agents.pid "pid"
waiting:cancel()
local ok, err = pcall(waiting.await, waiting)
check.equal({ ok, err.kind }, { false, "cancelled" })
check.equal(thread:run("echo free").text, "free")
agents.ended(thread, 1, { pid })

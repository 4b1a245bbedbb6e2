-- A subagent may outlive the turn that spawned it, but not its thread; the server then unloads both.
--@ replies: obedient
--@ options: -c thread_unload_delay_secs=0
local agents, check = require "agents", require "check"

for _, config in ipairs(agents.kinds) do
  local thread = codex.thread_start { sandbox = "full-access", config = config }
  check.equal(thread:run("agent& $ echo $$ > pid; sleep 1000").status, "completed")
  local pid = agents.pid "pid"
  -- An interrupt of a later turn is no concern of it.
  local later = thread:turn "silent"
  later:interrupt()
  check.equal(later:result().status, "interrupted")
  assert(check.runs(pid))
  check.equal(agents.of(thread)[1].status.type, "active")

  thread:close()
  check.eventually("its command is gone", function()
    return not check.runs(pid)
  end)
  check.eventually("both threads are unloaded", function()
    return #codex.request("thread/loaded/list", {}).data == 0
  end)
  check.equal(codex.read(agents.of(thread)[1].id, { turns = 1 }).turns[1].status, "interrupted")
end

-- What is archived ends with its subagents by itself.
local thread = codex.thread_start { sandbox = "full-access" }
thread:run "agent& $ echo $$ > pid; sleep 1000"
local pid = agents.pid "pid"
thread:archive()
check.eventually("its command is gone", function()
  return not check.runs(pid)
end)

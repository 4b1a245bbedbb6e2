-- What a subagent asks comes to the handler of the thread that it works for.
--@ replies: obedient
local agents, check, task = require "agents", require "check", require "std.task"

local outside = os.getenv "HOME"
for number, config in ipairs(agents.kinds) do
  local seen, decision = nil, "accept"
  local thread = codex.thread_start {
    sandbox = "read-only",
    approval = "on-request",
    config = config,
    on_approval = function(request)
      seen = request
      if decision == nil then
        task.sleep "1h"
      end
      return decision
    end,
  }
  local file = ("%s/of_a_subagent_%d"):format(outside, number)
  thread:run(("agent: $! touch %s"):format(file))
  assert(check.exists(file))
  check.equal(seen.root_thread_id, thread.id)
  assert(seen.thread_id ~= thread.id and seen.thread_id == agents.of(thread)[1].id)
  local patch = ("*** Begin Patch\n*** Add File: %s_patch\n+x\n*** End Patch\n"):format(file)
  thread:run("agent: patch: " .. patch)
  check.equal(seen.changes[1].path, file .. "_patch")

  -- Interrupted while its handler waits, like the turn that it works for.
  seen, decision = nil, nil
  local turn = thread:turn "agent: $! touch asked"
  check.eventually("it is asked", function()
    return seen
  end)
  turn:interrupt()
  check.equal(turn:result().status, "interrupted")
  assert(not check.exists "asked")
end

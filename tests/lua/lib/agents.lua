-- Subagents of both of Codex's kinds.
local check = require "check"

local agents = {
  -- What a thread is started with so that its agent can spawn each kind.
  kinds = { {}, { ["features.multi_agent_v2"] = true } },
}

-- Awaits that a command has written its number into a file, and gives that.
function agents.pid(file)
  check.eventually("a command runs", function()
    return check.exists(file) and check.read(file) ~= ""
  end)
  local pid = tonumber(check.read(file))
  os.remove(file)
  assert(check.runs(pid))
  return pid
end

-- Threads of this thread's subagents, as the server has saved them; those of theirs too.
function agents.of(thread)
  return codex.request("thread/list", { ancestorThreadId = thread.id }).data
end

-- All of them, so many, are idle, and none of these processes runs.
function agents.ended(thread, count, pids)
  local found = agents.of(thread)
  check.equal(#found, count)
  for _, agent in ipairs(found) do
    check.equal(agent.status.type, "idle")
    check.equal(codex.read(agent.id, { turns = 1 }).turns[1].status, "interrupted")
  end
  check.eventually("their commands are gone", function()
    for _, pid in ipairs(pids) do
      if check.runs(pid) then
        return false
      end
    end
    return true
  end)
end

return agents

-- Has the agent share work out to subagents, and shows what each of them does, says and costs, as it happens.
--
--   codex-lua run scripts/subagents.lua "Have one subagent read src, one the tests; what is untested?"
--
-- Ctrl-C, or an error here, stops all of them.

local question = arg[1]
  or "Spawn two subagents: one summarizes the README, one the newest change. Wait for both, then tell me what matters."

local thread <close> = codex.thread_start { sandbox = "read-only", name = "subagents" }
local names = { [thread.id] = "root" }
local order, tokens = { "root" }, { root = 0 }

-- Codex gives each subagent a nickname.
local function name(id)
  if not names[id] then
    names[id] = codex.read(id).agent_nickname or id
    order[#order + 1], tokens[names[id]] = names[id], 0
  end
  return names[id]
end

local show = {
  command_execution = function(item)
    return ("$ %s  -> exit %s"):format(item.command, item.exit_code)
  end,
  agent_message = function(item)
    return item.text
  end,
}

for event in thread:stream(question, { subagents = true, idle_timeout = "5m" }) do
  local agent = event.thread_id and name(event.thread_id)
  local line
  if event.type == "turn.started" and agent ~= "root" then
    line = "begins"
  elseif event.type == "turn.completed" and agent ~= "root" then
    line = event.turn.status
  elseif event.type == "item.completed" and show[event.item.type] then
    line = show[event.item.type](event.item)
  elseif event.type == "thread.token_usage.updated" then
    tokens[agent] = event.token_usage.total.total_tokens
  end
  if line then
    print(("%-10s | %s"):format(agent, (line:gsub("%s*\n%s*", "\n           | "))))
  end
end

for _, agent in ipairs(order) do
  print(("%-10s   %d tokens"):format(agent, tokens[agent]))
end

-- What a subagent does is in the stream of the turn that spawned it when that is asked for, in the order of the wire;
-- the result is the turn's own.
--@ replies: obedient
local agents, check = require "agents", require "check"

-- Events of the wire that differ from run to run are left out.
local function told(thread, options)
  local told, usage = {}, {}
  for event in thread:stream("agent: $ echo seen", options) do
    local whose = event.thread_id == thread.id and "root" or "agent"
    if event.type == "item.completed" or event.type:find "^turn" then
      told[#told + 1] = ("%s %s %s")
        :format(whose, event.type, event.item and event.item.type or "")
        :gsub(" $", "")
    elseif event.type == "thread.token_usage.updated" then
      usage[whose] = (usage[whose] or 0) + event.token_usage.last.output_tokens
    elseif event.text then
      told[whose] = (told[whose] or "") .. event.text
    end
  end
  return told, usage
end

for kind, config in ipairs(agents.kinds) do
  local thread = codex.thread_start { config = config }
  local all, usage = told(thread, { subagents = true })
  local own, own_usage = told(thread)
  local function index(what)
    for i, event in ipairs(all) do
      if event == what then
        return i
      end
    end
    error(what .. " is missing")
  end
  local order = {
    "root turn.started",
    "agent turn.started",
    "agent item.completed command_execution",
    "agent item.completed agent_message",
    "agent turn.completed",
    "root item.completed agent_message",
    "root turn.completed",
  }
  for i = 2, #order do
    assert(index(order[i - 1]) < index(order[i]), order[i])
  end
  check.equal(all[#all], "root turn.completed")
  check.has(all.agent, "seen")
  assert(usage.agent > 0)

  -- Without the option only its own come.
  check.equal({ own.agent, own_usage.agent }, {})
  for _, event in ipairs(own) do
    check.lacks(event, "agent ")
  end
  assert(#own > 0 and #own < #all)

  local result = thread:run "agent: $ echo seen"
  check.equal(result.status, "completed")
  check.equal(#check.items(result.items, "command_execution"), 0)
  -- The first kind tells the root what its agent said, the second tells only its model.
  check.equal(result.text:find("seen", 1, true) ~= nil, kind == 1)
  -- Tokens are those of the turn itself.
  local _, next_usage = told(thread, { subagents = true })
  check.equal(result.usage.output_tokens, next_usage.root)
end

-- With the options of a thread and a turn in one, and where there is no stream.
local seen = {}
for event in codex.stream("agent: echo x", { subagents = true }) do
  seen[event.thread_id] = true
end
local count = 0
for _ in pairs(seen) do
  count = count + 1
end
check.equal(count, 2)
check.has(codex.run("agent: echo x", { subagents = true }).text, "x")
check.raises(
  "usage",
  'no option "subagent"; the nearest is "subagents"',
  codex.stream,
  "x",
  { subagent = true }
)
check.raises("usage", "subagents", codex.stream, "x", { subagents = 1 })

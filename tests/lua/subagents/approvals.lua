-- What a subagent asks is declined, with a line that names the thread it works for and its own.
--@ replies: obedient
--@ stderr: codex-lua: declined: the agent asked to run `
--@ stderr: , its subagent
local agents, check = require "agents", require "check"

for _, config in ipairs(agents.kinds) do
  local thread = codex.thread_start { sandbox = "read-only", approval = "on-request", config = config }
  local text = ""
  for event in thread:stream("agent: $! touch asked", { subagents = true }) do
    if event.thread_id ~= thread.id then
      text = text .. (event.text or "")
    end
  end
  check.has(text:lower(), "reject")
  assert(not check.exists "asked")
end

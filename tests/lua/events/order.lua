-- Every event of a turn, in order; each delta singly; `text` on agent message deltas alone.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { sandbox = "full-access" }
local types, text, ids = {}, {}, {}
for event in thread:stream("echo one two three") do
  types[#types + 1] = event.type
  text[#text + 1] = event.text
  ids[event.turn_id or event.turn.id] = true
  check.equal(event.thread_id, thread.id)
  assert(event.text == nil or event.type == "item.agent_message.delta")
end
check.equal(types, {
  "turn.started",
  "item.started",
  "item.completed",
  "item.started",
  "item.agent_message.delta",
  "item.agent_message.delta",
  "item.agent_message.delta",
  "item.completed",
  "thread.token_usage.updated",
  "turn.completed",
})
check.equal(text, { "one ", "two ", "three" })
local id = next(ids)
check.equal(next(ids, id), nil)

-- Of a command: its start, its output where it is slow enough, its end.
local seen, output = {}, ""
for event in thread:stream("$ echo a; sleep 0.3; echo b; sleep 0.3; exit 3") do
  if event.item and event.item.type == "command_execution" then
    seen[#seen + 1] = { event.type, event.item.status, event.item.exit_code }
  elseif event.type == "item.command_execution.output_delta" then
    output = output .. event.delta
    check.equal(event.text, nil)
  end
end
check.equal(seen, {
  { "item.started", "inProgress" },
  { "item.completed", "failed", 3 },
})
assert(("a\nb\n"):find(output, 1, true), output)

-- Reasoning comes as events of its own, and never as `text`.
local check = require "check"

local thought = ""
for event in codex.thread_start():stream("hi") do
  if event.type == "item.reasoning.summary_text_delta" then
    thought = thought .. event.delta
    check.equal(event.text, nil)
  end
end
check.equal(thought, "Saying back what was said.")

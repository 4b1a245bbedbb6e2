-- What subagents do reaches those who hear everything; `thread_id` tells whose it is.
--@ replies: obedient
local check = require "check"

local root, others = 0, {}
local thread = codex.thread_start()
codex.on("turn.completed", function(event)
  if event.thread_id == thread.id then
    root = root + 1
  else
    others[#others + 1] = event.thread_id
  end
end)
local own = 0
thread:on("turn.completed", function()
  own = own + 1
end)
local loop <close> = codex.events { type = "turn.completed", thread = thread }
thread:run "agent: echo seen"
check.equal({ root, #others, own }, { 1, 1, 1 })
check.equal(loop().thread_id, thread.id)

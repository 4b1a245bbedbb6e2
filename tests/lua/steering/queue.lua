-- Queued turns run after the one that runs, in order, each with its own result and events, and as the thread is.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local own = thread:run("settings").text
local running = thread:turn("slowly: " .. ("word "):rep(20), { effort = "high" })
local first, second, third =
  thread:queue("settings"), thread:queue("slowly: a b c"), thread:queue { text = "echo d" }
check.equal({ first.status, first.id, first.thread_id }, { "queued", "", thread.id })
check.equal(tostring(first), "Turn  (queued)")
check.raises("thread_busy", nil, thread.run, thread, "echo x")
check.raises("usage", "has not begun", second.steer, second, "echo x")
second:interrupt()
check.equal(second:result().status, "interrupted")
check.equal(second:result().items, {})

check.equal(running:result().text, ("word "):rep(20))
local types = {}
for event in first do
  check.equal(event.turn_id or event.turn.id, first.id)
  types[#types + 1] = event.type
end
check.equal({ types[1], types[2], types[#types] }, { "turn.started", "item.started", "turn.completed" })
check.equal(first:result().text, own) -- not the running turn's effort
check.equal({ third:result().text, third.status }, { "d", "completed" })
check.equal(#thread:read({ turns = 10 }).turns, 4)

-- With nothing before it, it begins at once.
check.equal(thread:queue("echo idle"):result().text, "idle")
check.equal(thread:run("echo after").text, "after")

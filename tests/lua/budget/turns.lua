-- A budget of turns: those that are started and queued count, in copies too; what never begins does not.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { budget = { turns = 3 } }
check.equal(thread.spent.turns, 0)
thread:run("echo a")
check.raises("timeout", nil, thread.run, thread, "silent", { timeout = "100ms" })
local running = codex.thread_start { budget = { turns = 2 } }
local turn, queued = running:turn("silent"), running:queue("echo queued")
local err = check.raises("budget", "2 of 2 turns; no further turn begins", running.queue, running, "echo x")
check.equal({ err.spent.turns, err.budget, err.items, err.turn_id }, { 2, { turns = 2 }, nil, nil })
queued:interrupt()
queued:result()
check.equal(running.spent.turns, 1)
queued = running:queue("echo again")
turn:interrupt()
check.equal(queued:result().text, "again")

local copy = thread:fork()
check.equal(copy.spent.turns, 2)
copy:run("echo b")
for _, over in ipairs { thread, copy, thread:fork { budget = { turns = 9 } } } do
  check.raises("budget", "3 of 3 turns", over.run, over, "echo c")
  check.raises("budget", "3 of 3 turns", over.stream, over, "echo c")
end
check.equal(codex.thread_start().spent, nil)
-- Opened again it counts anew.
check.equal(codex.resume(thread.id, { budget = { turns = 1 } }):run("echo d").text, "d")

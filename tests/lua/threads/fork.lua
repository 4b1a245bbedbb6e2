-- A fork is a copy that goes its own way; `last_turn` cuts it.
local check = require "check"

local thread = codex.thread_start()
local first = thread:run("one")
thread:run("two")
local fork = thread:fork()
check.equal(fork.forked_from_id, thread.id)
assert(fork.id ~= thread.id)
check.has(fork:run("x").text, "(turn 3 of this thread;")
check.has(thread:run("three").text, "(turn 3 of this thread;")
local cut = codex.fork(thread.id, { last_turn = first.turn_id, name = "cut" })
check.equal(cut.name, "cut")
check.has(cut:run("y").text, "(turn 2 of this thread;")
check.raises("usage", '"lastturn"; the nearest is "last_turn"', codex.fork, thread, { lastturn = "x" })

-- What the script interrupts ends as interrupted and raises nothing.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local turn = thread:turn("silent")
check.equal(turn.status, "inProgress")
turn:interrupt()
local result = turn:result()
check.equal(result.status, "interrupted")
check.equal(result.text, nil)
check.equal(turn.status, "interrupted")
turn:interrupt()

-- By the thread, and the next turn need not wait for anything.
local second = thread:turn("silent")
thread:interrupt()
check.equal(thread:run("echo next").text, "next")
check.equal(second:result().status, "interrupted")
thread:interrupt()

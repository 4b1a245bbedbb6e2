-- A turn on a thread where one runs is refused, never joined; afterwards the thread is free.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local turn = thread:turn("slowly: " .. ("word "):rep(20))
local err = check.raises("thread_busy", thread.id, thread.run, thread, "echo b")
check.equal(err.joined, false)
check.equal(err.thread_id, thread.id)
check.raises("thread_busy", nil, thread.stream, thread, "echo c")
check.equal(turn:result().text, ("word "):rep(20))
check.equal(thread:run("echo d").text, "d")

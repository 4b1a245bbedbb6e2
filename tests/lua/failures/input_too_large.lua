-- Input past the server's limit of 1,048,576 characters is an error, and the thread stays free.
local check = require "check"

local thread = codex.thread_start()
local err = check.raises("rpc", "1048576", thread.run, thread, ("x"):rep(1048577))
check.equal(err.code, -32602)
check.equal(thread:run("still free").status, "completed")

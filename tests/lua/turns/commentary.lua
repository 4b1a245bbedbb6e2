-- The answer is the final one, never interim commentary.
local check = require "check"

local thread = codex.thread_start()
check.equal(thread:run("a").text, "done")
check.equal(thread:run("b").text, "last")
check.equal(thread:run("c").text, "done")
check.equal(thread:run("d").text, nil)

-- A model that reports no usage is not free: its tokens are unknown, which is said once when a budget needs them.
--@ replies: faults
--@ stderr: the model reports no token usage: a budget of tokens cannot stop it
local check = require "check"

local thread = codex.thread_start { budget = { tokens = 10, turns = 2 } }
check.equal(thread:run("fault no_usage").text, "fine")
check.equal({ thread.spent.tokens, thread.spent.untold }, { nil, 1 })
thread:run("fault no_usage")
local err = check.raises("budget", "an unknown number of 10 tokens, 2 of 2 turns", thread.run, thread, "hi")
check.equal({ err.spent.tokens, err.spent.untold, err.spent.turns }, { nil, 2, 2 })

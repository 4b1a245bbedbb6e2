-- A subagent's thread that the script resumes is a thread like others, which its root does not close.
--@ replies: obedient
local agents, check = require "agents", require "check"

local thread = codex.thread_start()
thread:run "agent: echo first"
local own = codex.resume(agents.of(thread)[1].id)
check.equal(own:run("echo second").text, "second")
thread:close()
check.equal(own:run("echo third").text, "third")
own:close()
check.raises("closed", own.id, own.run, own, "x")

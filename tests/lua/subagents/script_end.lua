-- The end of the script stops what subagents do, for a turn that runs and for one that has ended, and says so.
--@ replies: obedient
--@ stderr: was still running when the script ended: interrupted
--@ stderr: codex-lua: subagent
local agents = require "agents"

local first = codex.thread_start { sandbox = "full-access" }
first:run "agent& $ echo $$ > first; sleep 1000"
local second = codex.thread_start { sandbox = "full-access", config = agents.kinds[2] }
second:turn "agent: $ echo $$ > second; sleep 1000"
agents.pid "first"
agents.pid "second"

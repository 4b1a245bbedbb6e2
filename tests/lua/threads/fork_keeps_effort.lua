-- A copy works as hard as the thread that it was made from, unless it is told otherwise.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { effort = "low" }
check.has(thread:run("settings").text, "low")
check.has(codex.fork(thread):run("settings").text, "low")
check.has(thread:fork({ effort = "high" }):run("settings").text, "high")

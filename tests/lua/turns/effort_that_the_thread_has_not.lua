-- An effort for one turn on a thread that names none: the next turn has the model's own again.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local own = thread:run("settings").text
assert(thread:run("settings", { effort = "high" }).text ~= own)
check.equal(thread:run("settings").text, own)
check.equal(codex.fork(thread):run("settings").text, own)

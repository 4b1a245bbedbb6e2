-- Model, effort, cwd and approval of one turn are not those of the next, of a fork or of a later resume.
--@ replies: obedient
local check = require "check"

os.execute("mkdir sub")
local thread = codex.thread_start { effort = "low" }
local own = thread:run("settings").text
check.has(own, "gpt-5.5 low")
check.equal(thread:run("settings", { model = "gpt-5.4", effort = "high" }).text, "gpt-5.4 high")
check.equal(thread:run("settings").text, own)
local pwd = thread:run("$ pwd", { cwd = "sub" })
check.has(pwd.text, "/sub\n")
check.lacks(thread:run("$ pwd").text, "/sub\n")

-- The last turn is the one with options: what is saved must not keep them.
thread:run("settings", { model = "gpt-5.4", effort = "high", cwd = "sub" })
local id, cwd = thread.id, thread.cwd
local fork = thread:fork()
check.lacks(fork:run("settings").text, "gpt-5.4")
check.lacks(fork:run("settings").text, "high")
check.equal(fork.cwd, cwd)
thread:close()
local again = codex.resume(id)
check.equal(again:run("settings").text, own)
check.equal(again.cwd, cwd)

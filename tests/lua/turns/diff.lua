-- A patch changes the file, and the result has the diff.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { sandbox = "workspace-write" }
local result = thread:run("patch: *** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch\n")
check.equal(check.read("new.txt"), "hello\n")
check.has(result.diff, "+hello")
local changes = check.items(result.items, "file_change")
check.equal(#changes, 1)
check.has(changes[1].changes[1].path, "new.txt")
check.equal(thread:run("hi").diff, nil)

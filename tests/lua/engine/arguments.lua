-- `...` and `arg` hold the script's arguments.
--@ args: one --two -3 run
local check = require "check"
check.equal({ ... }, { "one", "--two", "-3", "run" })
check.equal({ arg[1], arg[2], arg[3], arg[4], #arg }, { "one", "--two", "-3", "run", 4 })
check.has(arg[0], "arguments.lua")

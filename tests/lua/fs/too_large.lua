--@ options: --memory 16M
-- A file that does not fit is an error that says so, and no end of the program.
local check = require "check"
local fs = require "std.fs"

os.execute "truncate -s 1T huge; truncate -s 15M large"
check.raises("memory", 'cannot read "huge": it has 1099511627776 bytes', fs.read, "huge")
local held = ("x"):rep(4 << 20)
check.raises("memory", "not enough memory", fs.read, "large")
check.equal({ #held, fs.stat "huge".size }, { 4 << 20, 1 << 40 })

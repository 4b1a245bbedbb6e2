-- What os.exit takes.
--@ exit: 1
local check = require "check"
check.raises("usage", "a whole number from 0 to 255", os.exit, 256)
check.raises("usage", "a whole number from 0 to 255", os.exit, "1")
check.raises("usage", "a whole number from 0 to 255", os.exit, -1)
os.exit(false)

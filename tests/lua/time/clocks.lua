-- The clocks.
local check = require "check"
local task, time = require "std.task", require "std.time"

assert(math.abs(time.now() - os.time()) < 2)
local before, wall = time.monotonic(), time.now()
task.sleep("30ms")
local took = time.monotonic() - before
assert(took >= 0.03 and took < 10, took)
assert(time.now() >= wall)
check.raises("usage", "takes 0 arguments", time.now, 1)

-- Runs TURNS turns that say nothing and says how many there were a second.
local time = require "std.time"
local turns = tonumber(arg[1])
local thread = codex.thread_start()

thread:run ""
print "ready"
local start = time.monotonic()
for _ = 1, turns do
  thread:run ""
end
print("done " .. turns / (time.monotonic() - start))
io.stdout:flush()
io.read "a"

-- Runs `true` many times, several at once, and says how long that took.
local process, task, time = require "std.process", require "std.task", require "std.time"
local commands, at_once = tonumber(arg[1]), tonumber(arg[2])

print "ready"
local before, left = time.monotonic(), commands
local runners = {}
for n = 1, at_once do
  runners[n] = task.spawn(function()
    while left > 0 do
      left = left - 1
      assert(process.run({ "true" }).code == 0)
    end
  end)
end
for _, runner in ipairs(runners) do
  runner:await()
end
print(("done %.4f"):format(time.monotonic() - before))
io.stdout:flush()
io.read()

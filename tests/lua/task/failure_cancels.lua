-- The first failure cancels the siblings, runs their closers, and is raised.
--@ exit: 1
--@ stderr: failure_cancels.lua:20: the first
local task = require "std.task"

for _ = 1, 3 do
  task.spawn(function()
    local closer <close> = setmetatable({}, {
      __close = function()
        print "closed"
      end,
    })
    pcall(task.sleep, "1h")
    print "never"
  end)
end
task.spawn(function()
  task.sleep("20ms")
  task.spawn(function()
    error "the first"
  end)
end)
task.sleep("1h")
print "never"

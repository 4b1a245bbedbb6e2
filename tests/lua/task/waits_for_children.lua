-- A parent waits for its children, also for those of a function that has returned, and the script for all.
local task = require "std.task"

task.spawn(function()
  task.spawn(function()
    task.sleep("50ms")
    print "grandchild"
  end)
  print "child"
end)
local parent = task.spawn(function()
  task.spawn(function()
    task.sleep("20ms")
    print "inner"
  end)
  return "value"
end)
print(parent:await())
print "main"

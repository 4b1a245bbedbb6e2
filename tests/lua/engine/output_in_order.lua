-- print, io.write and io.stdout share one buffer, and a command's output comes where it was run.
local task = require "std.task"

print(1)
io.write("2\n")
io.stdout:write("3\n")
task.yield()
print(4)
os.execute("echo 5")
io.write("6\n")
task
  .spawn(function()
    print(7)
    io.write("8\n")
  end)
  :await()
print(9)

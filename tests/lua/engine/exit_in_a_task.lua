-- os.exit in a task ends the whole script; true is 0.
--@ replies: obedient
local task = require "std.task"

task.spawn(function()
  task.sleep("50ms")
  os.exit(true)
end)
local closer <close> = setmetatable({}, {
  __close = function()
    print "closed"
  end,
})
pcall(codex.run, "silent")
print "never"

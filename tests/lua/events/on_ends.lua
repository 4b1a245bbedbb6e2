-- Subscriptions keep no script: what their handlers await is cancelled at its end, and closes.
--@ replies: obedient
--@ stdout: closed
local check, task = require "check", require "std.task"

codex.on("*", function() end)
local waits
codex.on("turn.completed", function()
  local _ <close> = setmetatable({}, {
    __close = function()
      print "closed"
    end,
  })
  waits = true
  pcall(task.sleep, 1000)
  print "never"
  os.exit(9)
end)
codex.run "hi"
check.equal(waits, true)

-- What is detached belongs to the script: it outlives its task, its error cancels nobody and is told, and it ends last.
--@ stderr: a detached task failed:
--@ stderr: detach.lua:19: told
local check, task = require "check", require "std.task"

local done = task.channel(1)
task
  .spawn(function()
    task.detach(function(...)
      task.sleep "5ms"
      done:send(table.concat({ ... }, " "))
    end, "outlives", "it")
  end)
  :await()
check.equal(done:recv(), "outlives it")

local failed = task.detach(function()
  task.yield()
  error "told"
end)
check.eventually("it fails", function()
  return failed.status == "failed"
end)
local own = task.detach(function()
  task.yield()
  error("awaited", 0)
end)
check.equal({ pcall(own.await, own) }, { false, "awaited" })

local stopped = task.detach(task.sleep, "1h")
stopped:cancel()
check.raises("cancelled", nil, stopped.await, stopped)

check.raises("usage", "task.detach: what to run must be a function, got nil", task.detach)

-- Nothing waits for it.
task.detach(function()
  local closer <close> = setmetatable({}, {
    __close = function()
      print "closed"
    end,
  })
  task.sleep "1h"
end)
task.yield()

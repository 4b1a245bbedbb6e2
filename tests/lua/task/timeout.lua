-- A limit of time, for a function and what it spawns.
local check, task = require "check", require "std.task"

check.equal(
  { task.timeout(function()
    task.sleep "1ms"
    return "in", "time"
  end, "10s") },
  { "in", "time" }
)

local closed = {}
local function waits(name)
  local closer <close> = setmetatable({}, {
    __close = function()
      closed[#closed + 1] = name
    end,
  })
  while true do
    pcall(task.sleep, "1h")
  end
end
local err = check.raises("timeout", "task.timeout: it did not end within 20ms", task.timeout, function()
  task.spawn(waits, "child")
  waits "own"
end, "20ms")
table.sort(closed)
check.equal({ err.may_have_run, closed }, { true, { "child", "own" } })
check.equal({ pcall(task.timeout, error, 1) }, { false, nil })

check.raises("usage", "task.timeout: what to run must be a function, got nil", task.timeout)
check.raises("usage", "task.timeout: the time must be a duration", task.timeout, print)
check.raises("usage", "task.timeout: the time must be a duration", task.timeout, print, "soon")
check.raises("usage", "task.timeout takes 2 arguments", task.timeout, print, 1, 2)

-- A scope waits for what it spawned, gives what it returned, and ends all of it at its limit or with the first error.
local check, task = require "check", require "std.task"

local seen = {}
local function note(name, time)
  return task.spawn(function()
    local noted <close> = setmetatable({}, {
      __close = function()
        seen[#seen + 1] = name
      end,
    })
    task.sleep(time)
  end)
end
check.equal({ task.scope(function()
  note("waited for", "20ms")
  return 1, nil, 3
end) }, { 1, nil, 3 })
check.equal(seen, { "waited for" })

seen = {}
local err = check.raises("timeout", "it did not end within 50ms", task.scope, function()
  note("ended", "1h")
  task.sleep("1h")
end, { timeout = "50ms" })
check.equal({ err.may_have_run, seen }, { true, { "ended" } })
local ok, raised = pcall(task.scope, function()
  note("cancelled", "1h")
  task.spawn(error, "mine")
  task.sleep("1h")
end)
check.equal({ ok, raised, seen[2] }, { false, "mine", "cancelled" })

-- The call ends with its task, and the scope with the call.
local child = task.spawn(function()
  task.scope(function()
    note("with its task", "1h")
    task.sleep("1h")
  end)
end)
task.sleep("10ms")
child:cancel()
pcall(child.await, child)
check.equal(seen[3], "with its task")

check.raises("usage", "what to run must be a function, got 1", task.scope, 1)
check.raises("usage", 'no option "timout"; the nearest is "timeout"', task.scope, print, { timout = 1 })
check.raises("usage", "timeout must be a duration", task.scope, print, { timeout = {} })

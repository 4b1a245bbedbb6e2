-- An error that comes out of another task has the lines of both.
--@ exit: 1
--@ stderr: tracebacks.lua:54: at last
--@ stderr: tracebacks.lua:59: in main chunk
local check, task = require "check", require "std.task"

local function lines(traceback)
  local found = {}
  for line in traceback:gmatch "[^\n]+" do
    found[#found + 1] = line:match "^%S.*:$" or line:match "tracebacks.lua:(%d+)"
  end
  return found
end
local function fails()
  task.sleep(0)
  task.sleep "soon"
end

-- Awaited, once and again: it is not told twice.
local child = task.spawn(fails)
local err = check.raises("usage", "the time must be", function()
  child:await()
end)
check.equal(lines(err.traceback), { "stack traceback:", "16", "the task that awaited it:", "22", "21" })
err = check.raises("usage", nil, function()
  child:await()
end)
check.equal(lines(err.traceback), { "stack traceback:", "16", "the task that awaited it:", "26", "25" })

-- Through several tasks.
err = check.raises("usage", nil, function()
  task.all {
    function()
      task.map({ 1 }, fails)
    end,
  }
end)
local found = table.concat(lines(err.traceback), " ")
check.equal(found, "stack traceback: 16 the task that awaited it: 34 the task that awaited it: 32 31")

-- Not awaited: where its parent was.
err = check.raises("usage", nil, function()
  task.scope(function()
    task.spawn(fails)
    task.sleep "1h"
  end)
end)
found = table.concat(lines(err.traceback), " ")
check.equal(found, "stack traceback: 16 the task that spawned it: 45 the task that awaited it: 43 42")

-- What is no error table has no room for them; the host knows them.
local last = task.spawn(function()
  task.yield()
  error "at last"
end)
local function await()
  return (last:await())
end
await()

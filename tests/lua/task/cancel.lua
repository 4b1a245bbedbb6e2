-- Cancelling drops what a task awaits: no pcall swallows it, its closers run at once, its children go too.
local check = require "check"
local task = require "std.task"

local log = {}
local function closer(name)
  return setmetatable({}, {
    __close = function(_, err)
      log[#log + 1] = name
    end,
  })
end
local one = task.spawn(function()
  local a <close> = closer "a"
  task.spawn(function()
    local b <close> = closer "b"
    task.sleep("1h")
  end)
  while true do
    local c <close> = closer "c"
    pcall(function()
      local d <close> = closer "d"
      xpcall(task.sleep, print, "1h")
    end)
    log[#log + 1] = "swallowed"
  end
end)
task.yield()
task.yield()
one:cancel()
check.raises("cancelled", "the task was cancelled", one.await, one)
check.equal(one.status, "cancelled")
-- Its own closers run innermost first; those of its child when that is its turn.
local own, all = {}, {}
for _, name in ipairs(log) do
  all[name] = true
  if name ~= "b" then
    own[#own + 1] = name
  end
end
check.equal(own, { "d", "c", "a" })
check.equal(all, { a = true, b = true, c = true, d = true })
one:cancel()

-- A task that has not begun never does; a handle closes by cancelling.
local begun = false
do
  local two <close> = task.spawn(function()
    begun = true
  end)
end
task.sleep("10ms")
check.equal(begun, false)

-- One that has ended stays as it is.
local three = task.spawn(function()
  return "x"
end)
check.equal(three:await(), "x")
three:cancel()
check.equal(three.status, "done")

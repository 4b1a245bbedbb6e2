-- The first that ends wins, well or not; the rest has closed when it is told.
local check, task = require "check", require "std.task"

local closed = 0
local function waits()
  local closer <close> = setmetatable({}, {
    __close = function()
      closed = closed + 1
    end,
  })
  pcall(task.sleep, "1h")
  error "never"
end
local held = task.spawn(waits)
local won = table.pack(task.race {
  waits,
  function()
    task.sleep "10ms"
    return 1, nil, 3
  end,
  held,
})
check.equal({ won, closed, held.status }, { { 1, nil, 3, n = 3 }, 2, "cancelled" })

local ok, err = pcall(task.race, {
  waits,
  function()
    error { kind = "mine" }
  end,
})
check.equal({ ok, err.kind, closed }, { false, "mine", 3 })

-- What has ended already is first.
local done = task.spawn(function()
  return "done"
end)
done:await()
check.equal(task.race { waits, done }, "done")

check.raises("usage", "task.race: the list is empty", task.race, {})
check.raises("usage", "task.race: entry 1 must be a task or a function, got true", task.race, { true })
check.raises("usage", "task.race: the list must be a table", task.race, print)

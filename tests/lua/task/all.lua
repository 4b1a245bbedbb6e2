-- All of a list: results in their order; the first failure cancels the rest, which closes before it is raised.
local check, task = require "check", require "std.task"

local function after(time, ...)
  local values = table.pack(...)
  return function()
    task.sleep(time)
    return table.unpack(values, 1, values.n)
  end
end
check.equal(
  task.all { after("20ms", "a", "x"), after(0, "b"), task.spawn(after("5ms", "c")) },
  { "a", "b", "c" }
)
check.equal(task.all {}, {})
local results = task.all { after(0), after(0, false) }
check.equal({ results[1], results[2] }, { nil, false })

local closed = {}
local function waits(name)
  return function()
    local closer <close> = setmetatable({}, {
      __close = function()
        closed[#closed + 1] = name
      end,
    })
    pcall(task.sleep, "1h")
    error "never"
  end
end
local held = task.spawn(waits "held")
local ok, err = pcall(task.all, {
  waits "one",
  held,
  after("5ms"),
  function()
    task.sleep "10ms"
    error("no", 0)
  end,
})
table.sort(closed)
check.equal({ ok, err, closed, held.status }, { false, "no", { "held", "one" }, "cancelled" })

-- A task that had failed before, and one that was cancelled.
local cancelled = task.spawn(waits "cancelled")
cancelled:cancel()
check.raises("cancelled", "the task was cancelled", task.all, { cancelled })
local failed = task.spawn(error, "early")
check.equal({ pcall(failed.await, failed) }, { false, "early" })
check.equal({ pcall(task.all, { waits "late", failed }) }, { false, "early" })

-- Who waits is cancelled: so are they.
closed = {}
local waiting = task.spawn(function()
  task.all { waits "a", waits "b" }
end)
task.sleep "5ms"
waiting:cancel()
check.raises("cancelled", nil, waiting.await, waiting)
table.sort(closed)
check.equal(closed, { "a", "b" })

check.raises("usage", "task.all: the list must be a table, got nil", task.all)
check.raises("usage", "task.all: entry 2 must be a task or a function, got 7", task.all, { print, 7 })
check.raises("usage", 'task.all: the list must be one, but "a" is a key in it', task.all, { a = print })
check.raises("usage", "task.all takes 1 argument", task.all, {}, {})
check.raises("usage", "task.all: this task cannot end before the one that would wait for it here", function()
  local own
  own = task.spawn(function()
    task.all { own }
  end)
  own:await()
end)

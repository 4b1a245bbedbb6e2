-- Tasks run beside each other and give their values to whoever awaits them.
local check = require "check"
local task = require "std.task"

local order = {}
local function note(name)
  order[#order + 1] = name
end
local one = task.spawn(function(...)
  note("one begins with " .. table.concat({ ... }, ","))
  task.yield()
  note "one ends"
  return 1, nil, 3
end, "a", "b")
note "main goes on"
check.equal(one.status, "running")
check.equal(table.pack(one:await()), { 1, nil, 3, n = 3 })
check.equal(one.status, "done")
check.equal(table.pack(one:await()), { 1, nil, 3, n = 3 })
check.equal(order, { "main goes on", "one begins with a,b", "one ends" })

-- Code between two awaits is not interrupted.
local count, tasks = 0, {}
for i = 1, 100 do
  tasks[i] = task.spawn(function()
    for _ = 1, 10 do
      local n = count
      for _ = 1, 100 do
      end
      count = n + 1
      task.yield()
    end
  end)
end
for _, t in ipairs(tasks) do
  t:await()
end
check.equal(count, 1000)

-- Whoever awaits takes the very error, and catches it.
local mine = { kind = "mine", message = "x" }
local failing = task.spawn(function()
  task.yield()
  error(mine)
end)
local ok, err = pcall(failing.await, failing)
assert(not ok and rawequal(err, mine))
check.equal(failing.status, "failed")

check.raises("usage", "must be a function, got 7", task.spawn, 7)
check.raises("usage", "task.sleep: the time must be a duration", task.sleep, "soon")
check.raises("usage", "task.sleep: the time must be a duration", task.sleep, -1)

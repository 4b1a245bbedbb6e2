-- io.read reads what is given; os.execute tells how a command ended, while other tasks run.
--@ stdin: first
--@ stdin: second
local check = require "check"
local task = require "std.task"

check.equal(io.read(), "first")
check.equal(io.read("l"), "second")
check.equal(io.read(), nil)
check.equal(table.pack(os.execute("exit 3")), { nil, "exit", 3, n = 3 })
check.equal(table.pack(os.execute("true")), { true, "exit", 0, n = 3 })
check.equal({ os.execute() }, { true })
local ticks = 0
local ticking = task.spawn(function()
  while true do
    task.sleep("5ms")
    ticks = ticks + 1
  end
end)
os.execute("sleep 0.2")
ticking:cancel()
assert(ticks > 3, ticks)

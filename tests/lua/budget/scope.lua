-- A budget of a scope counts all turns of its tasks, on whichever thread, beside the budgets of those.
--@ replies: obedient
local check, task = require "check", require "std.task"

local outside = codex.thread_start { budget = { turns = 4 } }
local err = check.raises("budget", "3 of 3 turns", task.scope, function()
  local child = task.spawn(function()
    codex.run("echo a")
    outside:run("echo b")
  end)
  child:await()
  task.scope(function()
    outside:queue("echo c"):result()
  end, { budget = { turns = 1 } })
  outside:run("echo d")
end, { budget = { turns = 3 } })
check.equal({ err.spent.turns, err.budget.turns, outside.spent.turns }, { 3, 3, 2 })
outside:run("echo e")
outside:run("echo f")
check.raises("budget", "4 of 4 turns", outside.run, outside, "echo g")

-- Too much stops the turns of all its tasks, and no other.
local other = codex.thread_start():turn("slowly: " .. ("word "):rep(60))
check.raises("budget", "of 0.5 seconds", task.scope, function()
  for _ = 1, 3 do
    task.spawn(function()
      codex.run("silent")
    end)
  end
end, { budget = { seconds = "500ms" } })
check.equal(other:result().status, "completed")

-- Cancelling a task interrupts its turn; the thread is free afterwards.
--@ replies: obedient
local check = require "check"
local task = require "std.task"

local thread = codex.thread_start { sandbox = "full-access" }
local running = task.spawn(function()
  thread:run("$ echo $$ > pid; sleep 1000")
end)
check.eventually("the command runs", function()
  return check.exists("pid") and check.read("pid") ~= ""
end)
local pid = tonumber(check.read("pid"))
running:cancel()
check.raises("cancelled", nil, running.await, running)
check.eventually("the command is gone", function()
  return not check.runs(pid)
end)
check.equal(thread:run("echo free").text, "free")

-- By the failure of a sibling, in the middle of a stream, and while a thread starts.
for _, body in ipairs {
  function()
    for _ in thread:stream("silent") do
    end
  end,
  function()
    thread:run("silent")
  end,
  function()
    codex.run("silent")
  end,
} do
  local ok, err = pcall(function()
    local scope = task.spawn(function()
      task.spawn(body)
      task.spawn(function()
        task.sleep("100ms")
        error("enough", 0)
      end)
    end)
    scope:await()
  end)
  check.equal({ ok, err }, { false, "enough" })
  check.equal(thread:run("echo free").text, "free")
end

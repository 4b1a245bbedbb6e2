-- A call ends with its turn, after its timeout, or with the script; then its closers run.
--@ replies: obedient
--@ stderr: codex-lua: declined: the agent asked for the tool slow; thread
--@ stderr: : it took longer than 50ms
local check, task = require "check", require "std.task"

local log, begun, running = {}, 0, 0
local function slow(timeout)
  return codex.tool {
    name = "slow",
    description = "Never ends.",
    timeout = timeout,
    run = function()
      begun, running = begun + 1, running + 1
      local closing <close> = setmetatable({}, {
        __close = function()
          log[#log + 1] = "closed"
          running = running - 1
        end,
      })
      pcall(task.sleep, "1h")
      log[#log + 1] = "went on"
    end,
  }
end
local function begins()
  check.eventually("the tool runs", function()
    return running == 1
  end)
end
local function closes()
  check.eventually("the tool ends", function()
    return running == 0
  end)
  local closed = {}
  for n = 1, begun do
    closed[n] = "closed"
  end
  check.equal(log, closed)
  log, begun = {}, 0
end

-- Interrupted.
local thread = codex.thread_start { tools = { slow() } }
local turn = thread:turn "tool: slow {}"
begins()
turn:interrupt()
check.equal(turn:result().status, "interrupted")
closes()
check.equal(check.items(turn:result().items, "dynamic_tool_call")[1].status, "failed")
-- The thread goes on.
check.equal(thread:run("echo on").text, "on")

-- By the thread's close, and by leaving the loop.
thread:turn "tool: slow {}"
begins()
thread:close()
closes()
for event in codex.stream("tool: slow {}", { tools = { slow() } }) do
  if event.type == "item.started" and event.item.type == "dynamic_tool_call" then
    begins()
    break
  end
end
closes()

-- By the turn's timeout.
local late = codex.thread_start { tools = { slow() } }
turn = late:turn("tool: slow {}", { timeout = "1s" })
check.raises("timeout", nil, turn.result, turn)
closes()

-- By its own: the agent is told.
local result = codex.run("tool: slow {}", { tools = { slow "50ms" } })
check.equal(result.text, "it took longer than 50ms")
check.equal(check.items(result.items, "dynamic_tool_call")[1].success, false)
closes()

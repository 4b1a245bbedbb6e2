-- While a handler waits: the idle clock stands still, the whole time goes on, and whatever ends the turn ends it.
--@ replies: obedient
local check, task = require "check", require "std.task"

local waiting, closed, answered = 0, 0, 0
local function forever()
  local _ <close> = setmetatable({}, {
    __close = function()
      closed = closed + 1
    end,
  })
  waiting = waiting + 1
  task.sleep "1h"
  answered = answered + 1
  return "accept"
end
local function start(options)
  options.sandbox, options.approval = "read-only", "on-request"
  options.on_approval = options.on_approval or forever
  return codex.thread_start(options)
end
-- Each of these turns asks, and has a handler that waits.
local ends = 0
local function over()
  ends = ends + 1
  check.eventually("the handler is cancelled", function()
    return waiting == ends and closed == ends
  end)
  check.equal(answered, 0)
  assert(not check.exists "asked")
end
local function asking(thread)
  local turn, before = thread:turn "$! touch asked", waiting
  check.eventually("it is asked", function()
    return waiting > before
  end)
  return turn
end

-- The idle time is over long before the handler answers.
local slow = start {
  idle_timeout = "2s",
  on_approval = function()
    task.sleep "2500ms"
    return "accept"
  end,
}
check.equal(slow:run("$! true").status, "completed")

local thread = start {}
local turn = asking(thread)
turn:interrupt()
check.equal(turn:result().status, "interrupted")
over()
check.equal(thread:run("echo next").text, "next")

check.raises("timeout", "did not end within", function()
  start({ timeout = "2s" }):run "$! touch asked"
end)
over()

local closing = start {}
asking(closing)
closing:close()
over()

-- A task that is cancelled takes its turn with it, and so the handler.
local cancelled = task.spawn(function()
  start({}):run "$! touch asked"
end)
check.eventually("it is asked", function()
  return waiting > ends
end)
cancelled:cancel()
over()

-- A handler may itself interrupt the turn that asks.
local own
own = start {
  on_approval = function()
    own:interrupt()
    return "accept"
  end,
}
check.equal(own:run("$! touch asked").status, "interrupted")
assert(not check.exists "asked")

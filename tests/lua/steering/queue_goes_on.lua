-- However the turn before it ends, the queue goes on: by a failure, an interrupt, a limit, or as a queued turn itself.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { sandbox = "full-access" }
local function after(input, options, finish)
  local turn = thread:turn(input, options)
  local first, second = thread:queue("echo one"), thread:queue("echo two")
  finish(turn)
  check.equal({ first:result().text, second:result().text }, { "one", "two" })
end
after("error 400", nil, function(turn)
  check.raises("turn_failed", nil, turn.result, turn)
end)
after("silent", nil, function(turn)
  turn:interrupt()
  check.equal(turn:result().status, "interrupted")
end)
after("$ sleep 1000", { timeout = "300ms" }, function(turn)
  check.raises("timeout", nil, turn.result, turn)
end)

local running = thread:queue("silent")
local last = thread:queue("echo last")
for _ in running do
  running:interrupt()
end
check.equal({ running:result().status, last:result().text }, { "interrupted", "last" })

-- What is queued after an interrupt begins too, whether that has ended by then or not.
for wait = 0, 1 do
  local turn = thread:turn "silent"
  turn:interrupt()
  if wait == 1 then
    turn:result()
  end
  check.equal(thread:queue("echo later"):result().text, "later")
  check.equal(turn:result().status, "interrupted")
end

-- A handler closes its own subscription, or another's: no call comes after that.
--@ replies: obedient
local check = require "check"

local calls = { own = 0, other = 0, later = 0 }
local own, other, later
own = codex.on("item.agent_message.delta", function()
  calls.own = calls.own + 1
  own:close()
  check.equal(own.active, false)
end)
other = codex.on("item.agent_message.delta", function()
  calls.other = calls.other + 1
end)
codex.on("item.started", function(event)
  if event.item.type == "agent_message" then
    other:close()
    later = codex.on("item.agent_message.delta", function()
      calls.later = calls.later + 1
    end)
  end
end)
local thread = codex.thread_start()
thread:run "echo one two three"
check.equal(calls.own, 1)
-- The deltas of the same moment may have come to it before the item's begin came to the other.
assert(calls.other <= 3)
check.equal(own.active or other.active, false)

local before = calls.other
thread:run "echo one two three"
check.equal({ calls.own, calls.other }, { 1, before })
assert(calls.later >= 3 and later.active, calls.later)

-- While its handler awaits: what waits is not delivered any more, and the call goes on to its end.
local task = require "std.task"
local begun, ended, go = 0, 0, false
local slow = codex.on("item.agent_message.delta", function()
  begun = begun + 1
  check.eventually("it may end", function()
    return go
  end)
  ended = ended + 1
end)
thread:run "echo one two three"
check.equal({ begun, ended }, { 1, 0 })
slow:close()
go = true
check.eventually("it ends", function()
  return ended == 1
end)
thread:run "hi"
check.equal({ begun, ended }, { 1, 1 })

-- A subscription that catches up with thousands of events lets other tasks have their turns.
--@ server: stand-in
local check, task = require "check", require "std.task"

local go, heard, last, ticks = false, 0, 0, 0
codex.on("item.agent_message.delta", function(event)
  while not go do
    task.sleep "1ms"
    ticks = 0
  end
  heard, last = heard + 1, tonumber(event.text:match "(%d+)%D*$")
end)
codex.run "count 4000 50"
local ticking = task.spawn(function()
  while last < 4000 do
    ticks = ticks + 1
    task.yield()
  end
end)
go = true
ticking:await()
assert(heard > 1000, heard)
assert(ticks > 10, ticks)
check.equal(last, 4000)

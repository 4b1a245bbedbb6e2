-- A script that reads while the server floods it, and sleeps now and then, gets all of it in order.
--@ server: stand-in
local check, count, task = require "check", require "count", require "std.task"

local turn = codex.thread_start():turn "count 100000 50"
local seen = count.read(turn, function(events)
  if events % 2000 == 0 then
    task.sleep "1ms"
  end
end)
count.whole(seen.numbers, 1, 100000)
check.equal(seen.lagged, 0)

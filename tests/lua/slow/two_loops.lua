-- Two loops over one turn share its events: each comes once, in order, and both end.
--@ server: stand-in
local check, count, task = require "check", require "count", require "std.task"

local turn = codex.thread_start():turn "count 20000 6"
local read = function()
  return count.read(turn, function(events)
    if events % 100 == 0 then
      task.yield()
    end
  end).numbers
end
local loops, all = { task.spawn(read), task.spawn(read) }, {}
for _, loop in ipairs(loops) do
  local last = 0
  for _, number in ipairs(loop:await()) do
    assert(number > last, "in order")
    last = number
    all[#all + 1] = number
  end
end
table.sort(all)
count.whole(all, 1, 20000)

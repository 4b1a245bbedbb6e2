-- A subscription that lags behind by more than 64 MiB is told, and holds up neither another one nor the turn.
--@ server: stand-in
local check, count, task = require "check", require "count", require "std.task"

local COUNT, SIZE = 1300, 65000
local go = false

-- What a subscription hears: the last number, how many there were, and for how many others a mark stands.
local function listen(wait)
  local heard = { last = 0, numbers = 0, lost = 0 }
  codex.on("item.agent_message.delta", function(event)
    wait()
    if event.type == "stream.lagged" then
      heard.lost = heard.lost + event.bytes // SIZE
      return
    end
    for number in event.text:gmatch "%d+" do
      assert(heard.last < tonumber(number))
      heard.last, heard.numbers = tonumber(number), heard.numbers + 1
    end
  end)
  return heard
end

local fast = listen(function() end)
local slow = listen(function()
  while not go do
    task.sleep "5ms"
  end
end)
local before = count.peak()
codex.run(("count %d %d"):format(COUNT, SIZE))
check.equal({ fast.last, fast.numbers + fast.lost }, { COUNT, COUNT })
check.equal(slow.numbers, 0)

go = true
check.eventually("the slow one has heard the end", function()
  return slow.last == COUNT
end)
check.equal(slow.numbers + slow.lost, COUNT)
assert(slow.lost > 200, slow.lost)
local grown = count.peak() - before
assert(grown < 110, "it took " .. grown .. " MiB")

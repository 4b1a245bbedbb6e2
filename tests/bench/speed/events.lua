-- Counts the deltas of TURNS turns of DELTAS each and says how many there were a second.
local time = require "std.time"
local turns, deltas = tonumber(arg[1]), tonumber(arg[2])
local thread = codex.thread_start()

local function count(turns)
  local events, bytes = 0, 0
  for _ = 1, turns do
    for event in thread:stream("deltas " .. deltas) do
      if event.type == "item.agent_message.delta" then
        events = events + 1
        bytes = bytes + #event.text
      end
    end
  end
  assert(events == turns * deltas and bytes == 5 * events, "events were lost or joined")
  return events
end

count(1)
print "ready"
local start = time.monotonic()
local events = count(turns)
print("done " .. events / (time.monotonic() - start))
io.stdout:flush()
io.read "a"

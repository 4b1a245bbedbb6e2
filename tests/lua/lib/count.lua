-- Reading turns of the stand-in that count: each delta is a number in so many bytes.
local check, task = require "check", require "std.task"

local count = {}

-- Reads on until the end: `numbers` in order, `events` of text, the `bytes` of `lagged`, and the number before which
-- it came.
function count.read(turn, pause)
  local seen = { numbers = {}, events = 0, lagged = 0, marks = 0, most = 0, types = {} }
  for event in turn:events() do
    if event.text then
      seen.events = seen.events + 1
      seen.most = math.max(seen.most, #event.text)
      for number in event.text:gmatch "%d+" do
        seen.numbers[#seen.numbers + 1] = tonumber(number)
      end
    elseif event.type == (os.getenv "OUTCOME" or "stream.lagged") then
      seen.lagged, seen.marks = seen.lagged + event.bytes, seen.marks + 1
      seen.after = #seen.numbers
    else
      seen.types[#seen.types + 1] = event.type
    end
    if seen.events % 4096 == 0 then
      task.yield()
    end
    if pause then
      pause(seen.events)
    end
  end
  return seen
end

-- The numbers from `first` to `last`, each once and in order.
function count.whole(numbers, first, last)
  check.equal({ #numbers, numbers[1], numbers[#numbers] }, { last - first + 1, first, last })
  for place, number in ipairs(numbers) do
    if number ~= first + place - 1 then
      error(("%d came in the place of %d"):format(number, first + place - 1), 2)
    end
  end
end

-- Awaits the end of a turn without reading it.
function count.sleep_until_its_end(turn)
  while turn.status == "inProgress" do
    task.sleep "5ms"
  end
end

-- The most memory that this process has had so far, in MiB, where the system tells.
function count.peak()
  local file = io.open "/proc/self/status"
  if not file then
    return 0
  end
  local status <close> = file
  return tonumber(status:read("a"):match "VmHWM:%s*(%d+)") // 1024
end

return count

-- Ticks again and again: on a grid, and what was missed as one.
local check = require "check"
local task, time = require "std.task", require "std.time"

do
  local clock <close> = time.fake "2026-01-01T00:00:00Z"
  local ticks, no, none, same = time.every "10s"
  check.equal({ tostring(ticks), no, none, same == ticks }, { "Timer every 10s", nil, nil, true })
  local function after(seconds)
    clock:advance(seconds)
    local tick = ticks()
    return { time.format(tick.time), tick.missed }
  end
  check.equal(after(13), { "2026-01-01T00:00:10Z", 0 })
  check.equal(after(7), { "2026-01-01T00:00:20Z", 0 })
  check.equal(after(35), { "2026-01-01T00:00:50Z", 2 })
  -- A clock that is set is no time that passes.
  clock:set "2030-01-01T00:00:00Z"
  check.equal(after(5), { "2030-01-01T00:00:05Z", 0 })

  -- Whoever waits is woken, and a cancelled wait loses nothing.
  local got = {}
  local waiting = task.spawn(function()
    got[1] = ticks()
  end)
  task.yield()
  waiting:cancel()
  task.yield()
  clock:advance "10s"
  local second = task.spawn(function()
    got[2] = ticks()
  end)
  second:await()
  check.equal({ got[1], got[2].missed }, { nil, 0 })

  -- Closing ends a loop that waits.
  local ended = false
  local loop = task.spawn(function()
    for _ in ticks do
      got.third = true
    end
    ended = true
  end)
  task.yield()
  ticks:close()
  loop:await()
  check.equal({ ended, got.third, ticks() }, { true, nil, nil })

  -- A loop that is slower than its timer.
  local missed = {}
  local slow = task.spawn(function()
    for tick in time.every(1) do
      missed[#missed + 1] = tick.missed
      clock:advance(#missed + 0.5)
      if #missed == 3 then
        break
      end
    end
  end)
  task.yield()
  clock:advance(1)
  slow:await()
  check.equal(missed, { 0, 0, 2 })
end

-- By the real clock.
local before, n = time.monotonic(), 0
for _ in time.every "20ms" do
  n = n + 1
  if n == 3 then
    break
  end
end
assert(time.monotonic() - before >= 0.06)

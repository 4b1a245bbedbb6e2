-- Times of day: in both hours of a clock change, when the clock is set, and when nobody was there.
local check = require "check"
local task, time = require "std.task", require "std.time"

local berlin = { tz = "Europe/Berlin" }

-- The ticks of a pattern, looked for each five minutes of some hours.
local function ticks(pattern, from, hours)
  local clock <close> = time.fake(from)
  local cron <close> = time.cron(pattern, berlin)
  local quiet <close> = time.every "5m"
  local found = {}
  local loop = task.spawn(function()
    for tick in cron do
      check.equal(tick.missed, 0)
      found[#found + 1] = time.format(tick.time, berlin):match "T(%d%d:%d%d):%d%d(.*)$"
    end
  end)
  for _ = 1, hours * 12 do
    clock:advance "5m"
    quiet()
    task.yield()
  end
  cron:close()
  loop:await()
  return table.concat(found, " ")
end

local spring, autumn = "2026-03-28T23:30:00Z", "2026-10-24T23:30:00Z"
check.equal(ticks("30 2 * * *", spring, 3), "03:00")
check.equal(ticks("*/30 * * * *", spring, 3), "01:00 01:30 03:00 03:30 04:00 04:30")
check.equal(ticks("30 2 * * *", autumn, 4), "02:30")
check.equal(ticks("*/30 * * * *", autumn, 4), "02:00 02:30 02:00 02:30 03:00 03:30 04:00 04:30")

do
  local clock <close> = time.fake "2026-11-23T07:59:59Z" -- a Monday
  local cron = time.cron("0 9 * * MON", berlin)
  check.equal(tostring(cron), 'Timer cron "0 9 * * MON"')
  local function next_tick()
    local tick = cron()
    return { time.format(tick.time), tick.missed }
  end
  clock:advance(1)
  check.equal(next_tick(), { "2026-11-23T08:00:00Z", 0 })
  -- The machine slept for four weeks.
  clock:advance(4 * 7 * 86400 + 60)
  check.equal(next_tick(), { "2026-12-21T08:00:00Z", 3 })
  -- Set forward: what was skipped comes.
  clock:set "2026-12-28T10:00:00Z"
  check.equal(next_tick(), { "2026-12-28T08:00:00Z", 0 })
  -- Set back by little: nothing twice. By much: it was wrong before.
  local got
  local waiting = task.spawn(function()
    got = next_tick()
  end)
  clock:set "2026-12-28T07:59:00Z"
  task.yield()
  clock:advance "2h"
  task.yield()
  check.equal(got, nil)
  clock:set "2026-12-21T07:00:00Z"
  task.yield()
  clock:advance "1h"
  waiting:await()
  check.equal(got, { "2026-12-21T08:00:00Z", 0 })
end

local wrong = function(pattern, options)
  return check.raises("usage", "time.cron", time.cron, pattern, options).message
end
check.has(wrong "0 0 30 2 *", "no time fits it")
check.has(wrong "every day", '"every day" is no pattern that can be used')
check.has(wrong "", "is no pattern")
check.has(wrong(5), "the pattern must be a string, got 5")
check.has(
  wrong("@daily", { tz = "Mars/Olympus" }),
  'tz must be the name of a time zone, such as "Europe/Berlin", got "Mars'
)
check.has(wrong("@daily", { zone = "UTC" }), 'has no option "zone"')
check.raises("usage", "the period must be a duration of more than zero, got 0", time.every, 0)
check.raises("usage", 'more than zero, got "daily"', time.every, "daily")

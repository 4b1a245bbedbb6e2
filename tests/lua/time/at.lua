-- Once, at a time; and times as text.
local check = require "check"
local task, time = require "std.task", require "std.time"

do
  local clock <close> = time.fake "2026-11-25T08:00:00Z"
  local got = {}
  local loop = task.spawn(function()
    for tick in time.at("2026-11-25T09:30", { tz = "Europe/Berlin" }) do
      got[#got + 1] = time.format(tick.time)
    end
  end)
  clock:advance "29m"
  task.yield()
  check.equal(got, {})
  clock:set "2026-11-25T08:31:00Z"
  loop:await()
  check.equal(got, { "2026-11-25T08:30:00Z" })
  -- One that has passed comes at once.
  local past = time.at(time.now() - 10)
  check.equal({ past(), past() }, { { time = time.now() - 10, missed = 0 } })
  check.equal(time.now(), time.parse "2026-11-25T08:31:00Z")
  clock:close()
  check.raises("closed", "clock.advance: the clock is closed", clock.advance, clock, 1)
  assert(math.abs(time.now() - os.time()) < 2)
end

-- The newest of two counts.
local old <close>, new = time.fake(0), time.fake(1000)
old:set(5)
check.equal(time.now(), 1000.0)
new:close()
assert(math.abs(time.now() - os.time()) < 2)

local berlin = { tz = "Europe/Berlin" }
for text, seconds in pairs {
  ["1970-01-01T00:00:00Z"] = 0,
  ["2026-11-25T09:00:00.25+01:00"] = 1795593600.25,
  ["2026-11-25 08:00Z"] = 1795593600,
  ["20261125T080000Z"] = 1795593600,
  ["1969-12-31T23:59:59Z"] = -1,
} do
  check.equal(time.parse(text), seconds + 0.0)
end
check.equal(time.parse("2026-11-25T09:00", berlin), 1795593600.0)
check.equal(time.parse("2026-11-25", { tz = "UTC" }), 1795564800.0)
-- The first of a repeated hour, and as much later than a skipped one.
check.equal(time.format(time.parse("2026-10-25T02:30", berlin)), "2026-10-25T00:30:00Z")
check.equal(time.format(time.parse("2026-03-29T02:30", berlin), berlin), "2026-03-29T03:30:00+02:00")
check.equal(time.format(1795593600.98765), "2026-11-25T08:00:00Z")
check.equal(
  time.format(1795593600.5, { tz = "America/New_York", digits = 3 }),
  "2026-11-25T03:00:00.500-05:00"
)
check.equal(time.format(-1), "1969-12-31T23:59:59Z")

for _, text in ipairs { "", "now", "2026-13-01", "2026-02-30T00:00Z", "09:00", "2026-11-25Z", "25.11.2026" } do
  local err = check.raises("parse", "time.parse: ", time.parse, text)
  check.has(err.message, "is no date and time in ISO 8601")
end
check.raises("parse", "time.at: ", time.at, "soon")
check.raises("usage", "time.at: the time must be seconds since 1970 or a text, got nil", time.at)
check.raises("usage", "must be seconds since 1970 or a text, got 1000", time.at, 1e300)
check.raises("usage", "time.format: the time must be seconds since 1970", time.format, 0 / 0)
check.raises("usage", "digits must be from 0 to 9", time.format, 0, { digits = 10 })
check.raises("usage", "clock.advance got nil as its handle", time.fake().advance)

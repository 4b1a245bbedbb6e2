---@meta std.time

---`require "std.time"`: clocks, and loops by the clock.
---
---A timer gives one tick at a time. What was due while the script was busy, or while the machine slept, comes as one tick
---that says how many it `missed`; the next one comes when it would have come anyway. A machine that slept, or whose clock was
---set, is noticed within five seconds.
---@class std.time
local time = {}

---Seconds since 1970, UTC, with a fraction; from the system's clock.
---@return number
function time.now() end

---Seconds on a clock that never goes back; only differences mean something.
---@return number
function time.monotonic() end

---Ticks again and again, the first time after `period`.
---
---    for tick in time.every("10m") do
---      print(time.format(tick.time), tick.missed)
---    end
---@param period codex.Duration more than zero
---@return std.Timer timer
---@return nil
---@return nil
---@return std.Timer timer
function time.every(period) end

---Ticks at times of day: minute, hour, day of the month, month, day of the week; before them seconds, if there are six
---fields. Names (`MON`, `JAN`), ranges, lists, steps, `L` (the last), `#2` (the second), `15W` (the nearest weekday) and
---`@daily` and its like are known.
---
---    for tick in time.cron("0 9 * * MON-FRI", { tz = "Europe/Berlin" }) do … end
---
---When clocks go forward, a time of day in the hour that is skipped comes at its end; when they go back, one in the hour that
---is repeated comes once, the first time; patterns that come more often (`*/30`, `*`) come in both. When the clock is set
---forward, what it skips comes as one tick. When it is set back, nothing comes twice, unless that was by more than three
---hours: then the clock was wrong before. At most 10,000 missed ticks are counted.
---
---Raises `usage` for a pattern that is none, or that no time fits.
---@param pattern string
---@param options? std.time.ZoneOptions
---@return std.Timer timer
---@return nil
---@return nil
---@return std.Timer timer
function time.cron(pattern, options) end

---Ticks once, and then its loop ends: at a time, or at once when it has passed.
---@param when number | string seconds since 1970, or a text as `parse` takes it
---@param options? std.time.ZoneOptions
---@return std.Timer timer
---@return nil
---@return nil
---@return std.Timer timer
function time.at(when, options) end

---Seconds since 1970 of a date and time in ISO 8601, such as "2026-11-25T09:00:00Z", "2026-11-25 09:00:00.5+01:00" or
---"2026-11-25". One without an offset is in the zone `tz`; of an hour that is repeated it is the first, of one that is skipped
---as much later. Raises `parse`.
---@param text string
---@param options? std.time.ZoneOptions
---@return number
function time.parse(text, options) end

---A time in ISO 8601: "2026-11-25T08:00:00Z", or with `tz` "2026-11-25T09:00:00+01:00".
---@param seconds number since 1970; from the year -9999 to 9999
---@param options? std.time.FormatOptions
---@return string
function time.format(seconds, options) end

---Stops the clock, for tests: until the handle closes, time passes for `std.time` and `std.retry` only as it says. Nothing
---else sees it: not `task.sleep`, no `timeout`, no `os.time`.
---
---    local clock <close> = time.fake "2026-03-29T00:00:00Z"
---    local ticks = time.cron("30 2 * * *", { tz = "Europe/Berlin" })
---    clock:advance "1h"
---    print(time.format(ticks().time)) -- 2026-03-29T01:00:00Z
---@param now? number | string a time as `at` takes it; what it is now if left out
---@return std.Clock
function time.fake(now) end

---@class std.time.ZoneOptions : table<"tz", any>
---@field tz? string a time zone, such as "Europe/Berlin" or "UTC"; the system's if left out

---@class std.time.FormatOptions : table<"tz" | "digits", any>
---@field tz? string UTC if left out
---@field digits? integer of the second's fraction, 0 to 9; none if left out. What is beyond is cut off

---@class std.time.Tick
---@field time number when it was due, in seconds since 1970; of several that were missed the last
---@field missed integer how many were due before it and have not come

---A timer. Calling it waits for the next tick, so that a `for` walks it; nil when it was closed, or comes no more.
---@class std.Timer
---@overload fun(): std.time.Tick?
local Timer = {}

---Ends it, and the loop over it.
function Timer:close() end

---A clock that stands still.
---@class std.Clock
local Clock = {}

---Time passes: timers tick that are due.
---@param time codex.Duration
function Clock:advance(time) end

---The clock is set, and no time passes: `every` does not see it.
---@param now number | string
function Clock:set(now) end

---Time passes by itself again.
function Clock:close() end

return time

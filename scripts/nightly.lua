-- A job for each night, in one conversation: what changed today, told by one who knows the days before.
-- The thread's id is kept in a file, so that it goes on where it was after a restart.
--
--   codex-lua run scripts/nightly.lua
--   codex-lua run scripts/nightly.lua "30 2 * * MON-FRI" .nightly Europe/Berlin
--   codex-lua run --offline scripts/nightly.lua "* * * * * *" .nightly UTC 2

local fs, log, process, time = require "std.fs", require "std.log", require "std.process", require "std.time"

local pattern, file, zone, nights = arg[1] or "0 3 * * *", arg[2] or ".nightly", arg[3], tonumber(arg[4])

-- Commits since the last report, or of the last day.
local function news(since)
  local found = process.run(
    { "git", "log", "--format=%h %s", "--stat", "--since=" .. since },
    { timeout = "1m" }
  )
  if found.code ~= 0 then
    error("git log failed: " .. found.stderr, 0)
  end
  return found.stdout
end

local function report(since)
  local changes = news(since)
  if changes == "" then
    return "nothing new"
  end
  local thread <close>, resumed =
    codex.resume_or_start(fs.read(file), { sandbox = "read-only", name = "nightly" })
  -- Before the first turn: whatever happens in it, the next night goes on here.
  fs.write(file, thread.id)
  local what = resumed and "Since your last report" or "Today"
  local result =
    thread:run(what .. " these commits came. Report in five lines:\n\n" .. changes, { timeout = "30m" })
  return result.text or "no answer"
end

local done, since = 0, time.format(time.now() - 24 * 3600)
for tick in time.cron(pattern, { tz = zone }) do
  if tick.missed > 0 then
    log.warn("nights without a report", { missed = tick.missed })
  end
  local now = time.format(time.now())
  -- A night that fails is told of and made up for by the next one.
  local ok, text = pcall(report, since)
  if ok then
    since = now
    print(text)
  else
    log.error(tostring(text), { since = since })
  end
  done = done + 1
  if done == nights then
    break
  end
end

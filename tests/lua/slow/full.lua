-- 85 MB of deltas that nobody reads: the oldest give way, the rest is whole, and memory stays bounded. A turn of
-- another thread runs to its end meanwhile, with all of its events.
--@ server: stand-in
--@ outcome: a script reads more slowly than the agent writes
local check, count = require "check", require "count"

local COUNT, SIZE = 1300, 65000
local before = count.peak()
local full = codex.thread_start():turn(("count %d %d open"):format(COUNT, SIZE))
local other = count.read(codex.thread_start():turn "count 1000 100")
count.whole(other.numbers, 1, 1000)
check.equal({ other.lagged, other.events, full.status }, { 0, 1000, "inProgress" })

full:interrupt()
count.sleep_until_its_end(full)
local grown = count.peak() - before
local seen = count.read(full)
check.equal({ seen.marks, seen.after }, { 1, 0 })
count.whole(seen.numbers, seen.numbers[1], COUNT)
check.equal(seen.lagged, (seen.numbers[1] - 1) * SIZE)
local kept = #seen.numbers * SIZE
assert(kept > 48 << 20 and kept <= 64 << 20, kept)
check.equal(
  table.concat(seen.types, " "),
  "turn.started item.started item.completed item.started item.completed turn.completed"
)
assert(grown < 110, "it took " .. grown .. " MiB")

-- 400,000 deltas while the script sleeps: then it reads all of them in order, the first ones single and the rest
-- joined, with their item and their end whole.
--@ server: stand-in
local check, count = require "check", require "count"

local thread = codex.thread_start()
local before = count.peak()
local turn = thread:turn "count 400000 7"
count.sleep_until_its_end(turn)
local seen = count.read(turn)
count.whole(seen.numbers, 1, 400000)
check.equal(seen.lagged, 0)
check.equal(
  table.concat(seen.types, " "),
  "turn.started item.started item.completed item.started item.completed turn.completed"
)
check.equal(turn:result().text, "counted to 400000")
-- Single until 1 MiB waits; then in pieces of up to 64 KiB.
assert(seen.events > 4000 and seen.events < 12000, seen.events)
assert(seen.most > 60000 and seen.most <= 65536, seen.most)
local grown = count.peak() - before
assert(grown < 64, "it took " .. grown .. " MiB")

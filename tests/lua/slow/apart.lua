-- A delta that waits does not keep what was read with it: here 40 MB about other turns, between 400 small ones.
--@ server: stand-in
local count = require "count"

local thread = codex.thread_start()
local before = count.peak()
local turn = thread:turn "count 400 5 apart"
count.sleep_until_its_end(turn)
local grown = count.peak() - before
count.whole(count.read(turn).numbers, 1, 400)
assert(grown < 16, "they took " .. grown .. " MiB")

-- Turns that nobody reads end as others do, with a handle and without; `run` keeps no deltas at all.
--@ server: stand-in
local check, count = require "check", require "count"

local thread = codex.thread_start()
local before = count.peak()
check.equal(thread:run("count 600 65000").text, "counted to 600")
local grown = count.peak() - before
assert(grown < 16, "39 MB of deltas took " .. grown .. " MiB")

thread:turn "count 100 65000"
collectgarbage()
local other = codex.thread_start()
check.equal(other:turn("count 100 65000"):result().text, "counted to 100")
-- The server answers one after the other.
check.equal(thread:run("hi").status, "completed")

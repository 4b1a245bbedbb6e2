-- A model that goes on for ever shows life all the while: only the whole time ends it.
--@ replies: faults
--@ outcome: the model never stops: a trickle, calls without end
local check, turns, task = require "check", require "turns", require "std.task"

for _, fault in ipairs { "trickle", "calls_without_end" } do
  task.spawn(function()
    local seen = turns.fault(fault, { timeout = "3s", idle_timeout = "2s" })
    check.equal(seen.err.kind, os.getenv "OUTCOME")
    check.has(seen.err.message, "the turn did not end within 3s")
    check.equal(seen.turn.status, "interrupted")
    assert(fault ~= "trickle" or #seen.deltas > 50, seen.deltas)
  end)
end

-- A model that says no more ends with the idle limit, wherever it stopped; a command that prints nothing is silence
-- too.
--@ replies: faults
--@ outcome: the model is silent or cannot be reached, or a command is silent
local check, turns, task = require "check", require "turns", require "std.task"

local function ends(fault, what, deltas)
  task.spawn(function()
    local seen = turns.fault(fault, { idle_timeout = "3s" })
    check.equal(seen.err.kind, os.getenv "OUTCOME")
    check.equal(seen.err.may_have_run, true)
    check.has(seen.err.message, "the turn did nothing for 3s")
    check.equal(seen.turn.status, "interrupted")
    check.equal(seen.deltas, deltas or "")
    if what then
      assert(seen.events[what], what .. " came before")
    end
    check.equal(seen.events.error, nil)
  end)
end

ends "silent_before_it_begins"
ends "silent"
ends("silent_in_a_message", "item.agent_message.delta", "one ")
ends("silent_in_reasoning", "item.reasoning.summary_text_delta")
ends("silent_after_a_call", "item.completed")
ends("silent_after_a_result", "thread.token_usage.updated")
ends("silent_command", "item.started")

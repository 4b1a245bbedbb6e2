-- An answer that breaks off is asked for again, and what was said twice stands there twice.
--@ replies: faults
--@ options: -c model_providers.scripted.stream_max_retries=1
--@ outcome: the model's answer breaks off
local check, turns, task = require "check", require "turns", require "std.task"

local function fails(fault, items, deltas)
  task.spawn(function()
    local seen = turns.fault(fault)
    check.equal(seen.err.kind, os.getenv "OUTCOME")
    check.equal(turns.types(seen.err.items), items)
    check.equal(seen.deltas, deltas)
    local errors = seen.events.error
    check.equal({ #errors, errors[1].will_retry, errors[2].will_retry }, { 2, true, false })
    check.has(errors[1].error.additional_details, "stream disconnected before completion")
  end)
end

fails("dropped", "user_message", "one two one two ")
fails("no_end", "user_message agent_message agent_message", "one twoone two")
fails("no_stream", "user_message", "")

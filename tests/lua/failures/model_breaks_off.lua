-- An answer that breaks off fails the turn; what was complete by then is told.
--@ replies: faults
--@ outcome: the model's answer breaks off
local check, turns = require "check", require "turns"

local function fails(fault, message, items, deltas)
  local seen = turns.fault(fault)
  local err = seen.err
  check.equal(err.kind, os.getenv "OUTCOME")
  check.equal(err.codex_error, { type = "other" })
  check.has(err.message, message)
  check.equal(turns.types(err.items), "user_message" .. items)
  check.equal(seen.deltas, deltas)
  check.equal(err.text, items == " agent_message" and deltas or nil)
end

local cut = "stream disconnected before completion"
fails("dropped", cut, "", "one two ")
fails("dropped_after_reasoning", cut, " reasoning", "one ")
fails("empty", cut, "", "")
fails("no_stream", cut, "", "")
fails("no_end", cut, " agent_message", "one two")
fails("half_an_event", cut, " agent_message", "one two")
fails("cut_short", "Incomplete response", " agent_message", "one two")

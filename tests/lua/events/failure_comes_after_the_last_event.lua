-- A loop over a turn raises, after its last event, what result() raises.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local last
local err = check.raises("turn_failed", "401", function()
  for event in thread:stream("error 401") do
    last = event
  end
end)
check.equal(last.type, "turn.completed")
check.equal(last.turn.status, "failed")
check.equal(err.codex_error.http_status_code, 401)

local turn = thread:turn("error 500")
check.raises("turn_failed", nil, function()
  for _ in turn:events() do
  end
end)
check.raises("turn_failed", nil, turn.result, turn)
check.equal(turn.status, "failed")

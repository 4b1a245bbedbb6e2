-- Input that is added to a running turn reaches the model in the same turn.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local turn = thread:turn("slowly: " .. ("word "):rep(200))
for event in turn:events() do
  if event.text then
    break
  end
end
turn:steer("echo steered")
local result = turn:result()
check.equal(result.text, "steered")
check.equal(result.turn_id, turn.id)
check.equal(#check.items(result.items, "user_message"), 2)
check.raises("usage", "the turn has ended", turn.steer, turn, "too late")

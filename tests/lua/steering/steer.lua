-- Input that is added to a running turn reaches the model in the same turn. A message in the middle of which it comes is
-- cut off: its deltas are told, its end never, and it is no part of the result.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
thread:run("echo before")
local turn = thread:turn("slowly: " .. ("word "):rep(200))
local messages, words = {}, {}
for event in turn:events() do
  if event.text then
    words[event.item_id] = (words[event.item_id] or "") .. event.text
    if #messages == 1 and words[event.item_id] == "word word " then
      turn:steer("echo steered")
    end
  elseif event.item and event.item.type == "agent_message" then
    messages[#messages + 1] = { event.type, event.item.id }
  end
end
check.equal(#messages, 3)
local cut, answer = messages[1], messages[2]
check.equal({ cut[1], answer[1] }, { "item.started", "item.started" })
check.equal(messages[3], { "item.completed", answer[2] })
check.has(words[cut[2]], "word word ")
check.equal(words[answer[2]], "steered")

local result = turn:result()
check.equal({ result.text, result.turn_id, result.status }, { "steered", turn.id, "completed" })
check.equal(#check.items(result.items, "user_message"), 2)
local said = check.items(result.items, "agent_message")
check.equal({ #said, said[1].text }, { 1, "steered" })
-- The server tells the tokens of the answer before once more: they are not the turn's.
local total = result.thread_usage.total_tokens
assert(
  total > result.usage.total_tokens and result.usage.total_tokens < 1.5 * (total - result.usage.total_tokens)
)
check.raises("usage", "the turn has ended", turn.steer, turn, "too late")

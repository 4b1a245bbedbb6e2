-- Answers that are cut off are told as such: nobody tells their tokens.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { budget = { tokens = 1000000 } }
local first = thread:run("echo a").usage.total_tokens
local turn = thread:turn("slowly: " .. ("word "):rep(200))
for event in turn:events() do
  if event.text then
    turn:interrupt()
  end
end
check.equal({ thread.spent.tokens, thread.spent.untold }, { first, 1 })
check.equal(turn:result().usage, nil)

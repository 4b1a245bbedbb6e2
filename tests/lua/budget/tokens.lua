-- A budget of tokens is looked at after each answer of the model; cached input counts.
local check = require "check"

local function start(tokens)
  return codex.thread_start { sandbox = "full-access", budget = { tokens = tokens } }
end

-- Within one turn: its second answer comes, its third would be too much to ask for.
local thread = start(160)
check.equal(thread:run("call").text, "done")
check.equal({ thread.spent.tokens, thread.spent.commands, thread.spent.untold }, { 160, 1, 0 })
check.raises("budget", "160 of 160 tokens; no further turn begins", thread.run, thread, "1")

-- An answer that is too much ends its turn, be it the last, which is there then.
thread = start(250)
check.equal(thread:run("200").usage.total_tokens, 200)
local err = check.raises("budget", "300 of 250 tokens; the turn was ended", thread.run, thread, "100")
check.equal({ err.text, #err.items, err.thread_id }, { "said", 2, thread.id })
check.equal({ err.spent.tokens, err.spent.turns, err.budget }, { 300, 2, { tokens = 250 } })
check.equal(err.turn_id, thread:read({ turns = 1 }).turns[1].id)

-- In the middle of a turn, in a loop: the error comes after the last event, and the result raises the same.
thread = start(99)
local turn = thread:turn("call")
local last
err = check.raises("budget", "100 of 99 tokens", function()
  for event in turn do
    last = event.type
  end
end)
check.equal(last, "turn.completed")
check.equal(check.raises("budget", nil, turn.result, turn).message, err.message)
check.equal(err.text, nil)

-- A copy spends from the same; of what came before the thread was opened nothing counts.
thread = start(1000)
thread:run("600")
local copy = thread:fork()
check.raises("budget", "1100 of 1000 tokens", copy.run, copy, "500")
check.raises("budget", "no further turn", thread.run, thread, "1")
local again = codex.resume(thread.id, { budget = { tokens = 1000 } })
again:run("300")
check.equal(again.spent.tokens, 300)

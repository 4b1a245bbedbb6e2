-- When a budget is spent, what waits in the queue does not begin.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { budget = { seconds = "2s" } }
local turn, queued = thread:turn("silent"), thread:queue("echo queued")
check.raises("budget", "the turn was ended", turn.result, turn)
local err = check.raises("budget", nil, queued.result, queued)
check.equal({ err.items, err.turn_id }, { {}, "" })
check.equal(thread.spent.turns, 1)
check.equal(#codex.request("thread/queue/list", { threadId = thread.id }).data, 0)

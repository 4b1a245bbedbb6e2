-- Resuming goes on where the thread was; the history comes only when it is asked for.
local check = require "check"

local thread = codex.thread_start { name = "long" }
for i = 1, 3 do
  thread:run("turn " .. i)
end
local id = thread.id
thread:close()
check.raises("closed", id, thread.run, thread, "more")

local again = codex.resume(id)
check.equal(again.id, id)
check.equal(again.name, "long")
check.equal(again.initial_turns, nil)
check.has(again:run("turn 4").text, "(turn 4 of this thread;")

local page = codex.resume(id, { turns = 2 }).initial_turns
check.equal(#page, 2)
local said = {}
for i, turn in ipairs(page) do
  said[i] = turn.items[1].content[1].text
  check.equal(turn.status, "completed")
end
table.sort(said)
check.equal(said, { "turn 3", "turn 4" })

local one, resumed = codex.resume_or_start(id)
check.equal({ one.id, resumed }, { id, true })
local two, resumed_two = codex.resume_or_start(nil, { name = "fresh" })
check.equal({ two.name, resumed_two }, { "fresh", false })

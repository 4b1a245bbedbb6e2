-- With `when_busy = "steer"` input goes into the turn that runs, and the call is about that turn.
--@ replies: obedient
local check, task = require "check", require "std.task"

local thread = codex.thread_start { when_busy = "steer" }
local turn = thread:turn("slowly: " .. ("word "):rep(200))
local result = thread:run("echo steered")
check.equal({ result.text, result.turn_id, turn:result().text }, { "steered", turn.id, "steered" })
-- Too late for that one: a turn of its own.
local own = thread:run("echo own")
check.equal(own.text, "own")
assert(own.turn_id ~= turn.id)

-- Leaving a loop over what runs for somebody else does not interrupt it, nor does closing its handle or a cancel.
turn = thread:turn("slowly: " .. ("word "):rep(200))
for _ in thread:stream("slowly: " .. ("other "):rep(200)) do
  break
end
do
  local same <close> = thread:turn("slowly: " .. ("again "):rep(200))
  check.equal({ same.id, same.status }, { turn.id, "inProgress" })
end
local waiting = task.spawn(function()
  thread:run("slowly: " .. ("more "):rep(200))
end)
check.eventually("it was steered", function()
  return turn.status ~= "inProgress"
    or #check.items(thread:read({ turns = 1 }).turns[1].items, "user_message") == 4
end)
waiting:cancel()
check.equal(turn.status, "inProgress")
check.raises("usage", "it takes no sandbox", thread.run, thread, "echo x", { sandbox = "read-only" })
check.equal(thread:run("echo end").text, "end")
check.equal({ turn:result().text, #check.items(turn:result().items, "user_message") }, { "end", 5 })

-- Two at once: the first starts it, the second steers it.
local tasks = {}
for place, input in ipairs { "slowly: " .. ("word "):rep(200), "echo both" } do
  tasks[place] = task.spawn(function()
    return thread:run(input)
  end)
end
local one, two = tasks[1]:await(), tasks[2]:await()
check.equal({ one.text, two.text, one.turn_id == two.turn_id }, { "both", "both", true })

-- A queued turn is steered when it runs, and not before.
turn = thread:queue("slowly: " .. ("word "):rep(200))
result = thread:run("echo steered")
check.equal({ result.text, result.turn_id }, { "steered", turn.id })

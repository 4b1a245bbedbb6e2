-- A handler may await, and call Codex; it gets one event after the other, and holds up nobody else.
--@ replies: obedient
local check, task = require "check", require "std.task"

local others, running, answers = 0, 0, {}
local thread, helper = codex.thread_start(), codex.thread_start()
local answering = thread:on("item.agent_message.delta", function(event)
  running = running + 1
  check.equal(running, 1)
  answers[#answers + 1] = helper:run("echo " .. event.text).text
  running = running - 1
end)
thread:on("item.agent_message.delta", function()
  others = others + 1
end)
thread:run "echo one two three"
check.equal(others, 3)
check.eventually("all are answered", function()
  return #answers == 3
end)
check.equal(answers, { "one ", "two ", "three" })
answering:close()

-- It spawns tasks, which end before the next event comes.
local order = {}
local sub = thread:on("item.agent_message.delta", function(event)
  task.spawn(function()
    task.yield()
    order[#order + 1] = event.text .. "child"
  end)
  order[#order + 1] = event.text
end)
thread:run "echo a b"
check.eventually("all were called", function()
  return #order == 4
end)
check.equal(order, { "a ", "a child", "b", "bchild" })
sub:close()

-- A handler that waits for a turn whose events it would get itself.
local done = 0
codex.on("turn.completed", function(event)
  if event.thread_id == thread.id then
    helper:run "echo again"
  end
  done = done + 1
end)
thread:run "hi"
check.eventually("both turns are told", function()
  return done == 2
end)

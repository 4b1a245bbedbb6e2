-- Turns of several threads run beside each other, and their events do not mix.
--@ replies: obedient
local check = require "check"
local task = require "std.task"

local function talk(i)
  local words = {}
  for event in codex.thread_start():stream(("slowly: a%d b%d c%d"):format(i, i, i)) do
    words[#words + 1] = event.text
  end
  return table.concat(words)
end
local tasks = {}
for i = 1, 5 do
  tasks[i] = task.spawn(talk, i)
end
for i, one in ipairs(tasks) do
  check.equal(one:await(), ("a%d b%d c%d"):format(i, i, i))
end

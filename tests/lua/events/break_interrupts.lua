-- Leaving an inline stream interrupts the turn and ends its command.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { sandbox = "full-access" }
local id
for event in thread:stream("$ echo $$ > pid; sleep 1000") do
  id = event.turn_id or id
  if event.item and event.item.type == "command_execution" then
    break
  end
end
-- The next turn awaits the end of the one before.
check.equal(thread:run("echo free").text, "free")
if check.exists("pid") then
  local pid = tonumber(check.read("pid"))
  check.eventually("the command is gone", function()
    return not check.runs(pid)
  end)
end
local turns = thread:read({ turns = 5 }).turns
check.equal(turns[2].id, id)
check.equal(turns[2].status, "interrupted")

-- Leaving it by an error does the same, and the error arrives.
local ok, err = pcall(function()
  for _ in thread:stream("silent") do
    error("mine", 0)
  end
end)
check.equal({ ok, err }, { false, "mine" })
check.equal(thread:run("echo free").text, "free")

-- By return and goto as well.
local function first()
  for event in thread:stream("silent") do
    return event
  end
end
check.equal(first().type, "turn.started")
check.equal(thread:run("echo free").text, "free")

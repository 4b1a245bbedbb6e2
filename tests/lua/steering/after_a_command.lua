-- A steer while a command runs cuts nothing: the model reads it with the command's output.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { sandbox = "full-access" }
local turn = thread:turn("$ echo $$ > pid; while [ ! -e go ]; do sleep 0.01; done; echo gone")
check.eventually("the command runs", function()
  return check.exists "pid"
end)
turn:steer("echo steered")
io.open("go", "w"):close()
local result = turn:result()
check.equal(result.text, "steered")
local command = check.items(result.items, "command_execution")[1]
check.equal(command.status, "completed")
check.has(command.aggregated_output, "gone")

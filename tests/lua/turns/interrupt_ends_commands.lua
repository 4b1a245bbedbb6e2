-- An interrupt ends the command that the turn runs, and its children.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { sandbox = "full-access" }
local turn = thread:turn("$ sleep 1000 & echo $! > child; echo $$ > parent; wait")
check.eventually("the command runs", function()
  return check.exists("parent") and check.read("parent") ~= ""
end)
local child, parent = tonumber(check.read("child")), tonumber(check.read("parent"))
assert(check.runs(child) and check.runs(parent))
turn:interrupt()
check.equal(turn:result().status, "interrupted")
check.eventually("the command and its child are gone", function()
  return not check.runs(parent) and not check.runs(child)
end)

-- A held turn closes by `<close>` and by `:close()`.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local held
do
  local turn <close> = thread:turn("silent")
  held = turn
end
check.equal(held:result().status, "interrupted")
local turn = thread:turn("silent")
turn:close()
check.equal(turn:result().status, "interrupted")
turn:close()
check.equal(thread:run("echo on").text, "on")

-- A thread closes by `<close>` and by `:close()`, twice too; what runs on it is interrupted, what is saved stays.
--@ replies: obedient
local check = require "check"

local id, turn
do
  local thread <close> = codex.thread_start()
  id = thread.id
  thread:run("echo kept")
  turn = thread:turn("silent")
end
check.equal(turn:result().status, "interrupted")
local again = codex.resume(id)
check.equal(again:run("echo on").text, "on")
again:close()
again:close()
check.raises("closed", id, again.turn, again, "echo off")

-- Resumed at once, while the close is on its way.
for _ = 1, 5 do
  do
    local thread <close> = codex.resume(id)
    thread:turn("silent")
  end
  check.equal(codex.resume(id):run("echo on").text, "on")
end

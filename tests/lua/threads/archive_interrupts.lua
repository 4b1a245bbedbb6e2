-- Archiving and deleting end what runs, as closing does: the script itself interrupted it.
--@ replies: obedient
local check = require "check"

for _, ending in ipairs { "archive", "delete" } do
  local thread = codex.thread_start()
  thread:run "hi"
  local turn = thread:turn "silent"
  thread[ending](thread)
  check.equal(turn:result().status, "interrupted")
end

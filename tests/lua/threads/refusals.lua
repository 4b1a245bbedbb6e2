-- Threads that cannot be resumed: unknown ones, archived ones, and what is no id.
local check = require "check"

local unknown = "01a20658-3593-7313-b46c-92d229f82e3f"
for _, call in ipairs { codex.resume, codex.fork, codex.archive, codex.unarchive, codex.delete } do
  local err = check.raises("thread_not_found", unknown, call, unknown)
  check.equal(err.thread_id, unknown)
end
check.raises("thread_not_found", "no-id", codex.resume, "no-id")
check.raises("thread_not_found", unknown, codex.read, unknown)
check.raises("usage", "a string, got 7", codex.resume, 7)
check.raises("usage", "must be a string, got nil", codex.resume)

local thread = codex.thread_start()
thread:run("hi")
thread:archive()
local err = check.raises("thread_archived", "codex.unarchive", codex.resume, thread.id)
check.equal(err.thread_id, thread.id)
check.raises("thread_archived", thread.id, codex.fork, thread.id)
check.raises("closed", thread.id, thread.run, thread, "more")
check.raises("thread_archived", thread.id, codex.archive, thread.id)
check.equal(codex.read(thread.id).id, thread.id)
local back = codex.unarchive(thread.id)
check.has(back:run("more").text, "(turn 2 of this thread;")

-- What has no turn yet is not saved, and what has ended takes nothing more.
check.raises("usage", "it is saved with its first turn", codex.fork, codex.thread_start())
local turn = back:turn "hi"
turn:result()
check.raises("usage", "the turn has ended", turn.steer, turn, "more")

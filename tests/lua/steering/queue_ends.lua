-- An interrupt of the thread, its close and its archive leave nothing in the queue, and a limit of the thread holds there.
--@ replies: obedient
local check = require "check"

local function queued(thread)
  return #codex.request("thread/queue/list", { threadId = thread.id }).data
end

local thread = codex.thread_start { timeout = "3s" }
local turn, waiting = thread:turn("silent"), thread:queue("echo a")
check.equal(queued(thread), 1)
thread:interrupt()
check.equal(
  { turn:result().status, waiting:result().status, queued(thread) },
  { "interrupted", "interrupted", 0 }
)
check.equal(thread:run("echo free").text, "free")
check.raises("timeout", "did not end within 3s", function()
  thread:queue("slowly: " .. ("word "):rep(400)):result()
end)

turn, waiting = thread:turn("silent"), thread:queue("echo b")
thread:close()
check.equal({ turn:result().status, waiting:result().status }, { "interrupted", "interrupted" })
check.raises("closed", nil, thread.queue, thread, "echo x")
thread = codex.resume(thread.id)
check.equal({ queued(thread), #thread:read({ turns = 10 }).turns }, { 0, 4 })

do
  local held <close> = thread:queue("silent")
end
check.equal(thread:run("echo closed").text, "closed")
turn, waiting = thread:turn("silent"), thread:queue("echo c")
thread:archive()
check.equal({ turn:result().status, waiting:result().status }, { "interrupted", "interrupted" })

local ephemeral = codex.thread_start { ephemeral = true }
check.raises("usage", "it is ephemeral", ephemeral.queue, ephemeral, "echo x")
check.raises("usage", "takes 1 argument, and got a table", thread.queue, thread, "x", { effort = "low" })
check.raises("usage", nil, thread.queue, thread)

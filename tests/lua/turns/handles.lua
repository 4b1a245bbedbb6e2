-- Handles are userdata with a name; they print as what they are.
local check = require "check"

local thread <close> = codex.thread_start { name = "mine" }
check.equal(type(thread), "userdata")
check.equal(tostring(thread), ('Thread %s "mine"'):format(thread.id))
check.equal(getmetatable(thread), false)
local turn <close> = thread:turn("hi")
check.equal(turn.thread_id, thread.id)
turn:result()
check.equal(tostring(turn), ("Turn %s (completed)"):format(turn.id))
check.equal(turn.status, "completed")
check.equal(turn.nonsense, nil)
check.raises("usage", "thread:run", thread.run, "hi")

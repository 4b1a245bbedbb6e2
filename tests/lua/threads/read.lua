-- Reading needs no resuming; turns come when they are asked for, page by page as a loop.
local check = require "check"

local thread = codex.thread_start { name = "read" }
for i = 1, 3 do
  thread:run("turn " .. i)
end
local saved = codex.read(thread.id)
check.equal({ saved.id, saved.name, saved.turns }, { thread.id, "read", nil })
check.equal(saved.cwd, thread.cwd)
check.equal(saved.preview, "turn 1")
check.equal(#codex.read(thread.id, { turns = 2 }).turns, 2)
check.equal(#thread:read({ turns = 10 }).turns, 3)
check.equal(codex.read(thread).id, thread.id)

local function said(options)
  local found = {}
  for turn in thread:turns(options) do
    found[#found + 1] = turn.items[1] and turn.items[1].content[1].text or "-"
  end
  return found
end
check.equal(said(), { "turn 3", "turn 2", "turn 1" })
check.equal(said { order = "oldest", limit = 2 }, { "turn 1", "turn 2" })
check.equal(said { items = "none" }, { "-", "-", "-" })

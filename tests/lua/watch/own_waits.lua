--@ replies: obedient
-- While a turn runs a batch is held, but never longer than `max_wait`; at its end it comes at once.
local check, files = require "check", require "files"
local task, watch = require "std.task", require "std.watch"

files.write("src/a.rs", "one")
local thread <close> = codex.thread_start { sandbox = "full-access" }
local function running(options)
  local watcher = watch.files("src", options)
  local turn = thread:turn "$ while [ ! -e go ]; do sleep 0.01; done"
  for event in turn:events() do
    if event.type == "item.started" and event.item.type == "command_execution" then
      break
    end
  end
  return watcher, turn
end

-- The turn does not end before the batch has come.
local watcher, turn = running { debounce = "1ms", max_wait = "50ms" }
files.write("src/a.rs", "two, and longer")
local batch = watcher()
check.equal({ batch.changes[1].path, batch.changes[1].maybe_own }, { "src/a.rs", true })
check.equal(turn.status, "inProgress")
files.write("go", "")
turn:result()
watcher:close()
os.remove "go"

-- The batch does not come before the turn has ended, however long it waits.
watcher, turn = running { debounce = "1ms", max_wait = "1h" }
local other <close> = watch.files("src", { debounce = "1ms", max_wait = "1ms" })
files.write("src/a.rs", "three, and longer still")
local loop = task.spawn(function()
  return watcher(), check.exists "go"
end)
check.equal(files.show(other()), { "modified src/a.rs" })
files.write("go", "")
turn:result()
local held, had_to_end = loop:await()
check.equal(files.show(held), { "modified src/a.rs" })
check.equal(had_to_end, true)
watcher:close()

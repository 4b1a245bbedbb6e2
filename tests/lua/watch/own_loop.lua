--@ replies: obedient
-- A loop whose turns wake it is told so, with what they write; others' changes make it none.
local check, files = require "check", require "files"
local watch = require "std.watch"

files.write("src/a.rs", "one")
local thread <close> = codex.thread_start { sandbox = "full-access" }
local rounds = 0
local function round()
  rounds = rounds + 1
  thread:run(("$ echo %d >>src/log; echo %d >src/%d"):format(rounds, rounds, rounds))
end

local watcher = watch.files "src"
files.write("src/a.rs", "two, and longer")
local raised = check.raises("loop", '"src/log"', function()
  for _ in watcher do
    round()
  end
end)
check.equal(rounds, 5)
check.equal(raised.paths, { "src/log" })

-- So is one whose turns write now this, now that.
rounds = 0
local by_turns = watch.files "src"
files.write("src/a.rs", "three, and longer still")
raised = check.raises("loop", '"src/odd"', function()
  for _ in by_turns do
    rounds = rounds + 1
    thread:run(("$ echo %d >>src/%s"):format(rounds, rounds % 2 == 1 and "odd" or "even"))
  end
end)
check.equal({ rounds, raised.paths }, { 9, { "src/odd" } })
by_turns:close()
watcher:close()
watcher = watch.files "src"

-- It goes on for whoever wants that.
rounds = 5
for _ = 1, 6 do
  files.write("src/a.rs", ("x"):rep(rounds))
  watcher:sync() -- It cannot be the command's.
  round()
  check.equal(watcher().paths, { "src/a.rs" })
  check.has(table.concat(watcher().paths, " "), "src/log")
end

--@ replies: obedient
-- What the script's turns patch wakes nobody; what a command of theirs writes says so; what others write is told.
local check, files = require "check", require "files"
local watch = require "std.watch"

local function patch(...)
  return "patch: *** Begin Patch\n" .. table.concat({ ... }, "\n") .. "\n*** End Patch\n"
end

local function marks(batch)
  local shown = {}
  for _, change in ipairs(batch and batch.changes or {}) do
    local mark = change.own and " own" or change.maybe_own and " maybe" or ""
    shown[#shown + 1] = change.kind .. " " .. change.path .. mark
  end
  return shown
end

files.write("src/a.rs", "one\ntwo\n")
files.write("src/old.rs", "one\n")
files.write("src/moving.rs", "one\ntwo\n")
local watcher <close> = watch.files "src"
local all <close> = watch.files("src", { own = true })
local thread <close> = codex.thread_start { sandbox = "full-access" }

-- One edit of somebody else's wakes the loop once: not again for the patches of the turn that this starts.
files.write("src/a.rs", "one\ntwo\nthree\n")
local rounds = 0
for batch in watcher do
  rounds = rounds + 1
  if rounds == 1 then
    check.equal(marks(batch), { "modified src/a.rs" })
    thread:run(patch("*** Update File: src/a.rs", "@@", " one", "-two", "+2", " three"))
    thread:run(patch("*** Add File: src/new/b.rs", "+b"))
    thread:run(patch("*** Delete File: src/old.rs"))
    thread:run(
      patch("*** Update File: src/moving.rs", "*** Move to: src/moved.rs", "@@", " one", "-two", "+2")
    )
    check.equal(check.read "src/a.rs", "one\n2\nthree\n")
    check.equal(check.read "src/moved.rs", "one\n2\n")
    -- A formatter that changes nothing:
    thread:run "$ cat src/a.rs > src/a.tmp && cp src/a.tmp src/a.rs && rm src/a.tmp && touch src/new/b.rs"
    watcher:sync() -- What follows cannot be the command's.
    all:sync()
    files.write("src/end.rs", "one\n")
  else
    check.equal(marks(batch), { "created src/end.rs" })
    break
  end
end
check.equal(marks(all()), {
  "modified src/a.rs", -- theirs is in it
  "created src/moved.rs own",
  "removed src/moving.rs own",
  "created src/new/b.rs own",
  "removed src/old.rs own",
})

-- Others' content where a patch was is theirs, and so is what puts back the patch's.
local two <close> = watch.files "src"
thread:run(patch("*** Update File: src/a.rs", "@@", "-2", "+zwei"))
files.write("src/a.rs", "theirs\n")
two:sync()
check.equal(marks(two()), { "modified src/a.rs" })
files.write("src/a.rs", "one\nzwei\nthree\n")
two:sync()
check.equal(marks(two()), { "modified src/a.rs" })

-- A command's.
thread:run "$ echo by command >src/c.rs"
check.equal(marks(two()), { "created src/c.rs maybe" })

-- A loop gets what changed while it worked as one batch, and leaving it closes the watcher.
local check, files = require "check", require "files"
local watch = require "std.watch"

files.write("src/a.rs", "one")
files.write("src/old.rs", "one")
files.write("src/b.txt", "one")
local held, round = nil, 0
local watcher = watch.files("src")
files.write("src/a.rs", "two, and longer")
for batch in watcher do
  round = round + 1
  if round == 1 then
    check.equal(batch, {
      changes = { { kind = "modified", path = "src/a.rs" } },
      paths = { "src/a.rs" },
      fresh = false,
    })
    -- While it works:
    files.write("src/a.rs", "three, and longer still")
    files.write("src/new/c.rs", "one")
    os.remove "src/b.txt"
    os.rename("src/old.rs", "src/moved.rs")
    watcher:sync()
  else
    check.equal(files.show(batch), {
      "modified src/a.rs",
      "removed src/b.txt",
      "renamed src/old.rs src/moved.rs",
      "created src/new/c.rs",
    })
    check.equal(batch.paths, { "src/a.rs", "src/b.txt", "src/moved.rs", "src/new/c.rs" })
    break
  end
end
check.equal(tostring(watcher), "Watcher of src")
watcher:close()
check.equal(watcher(), nil)

-- Inline, the loop closes what it walks.
local step = watch.files("src", { debounce = "1ms" })
files.write("src/a.rs", "four")
for batch in watch.files("src", { debounce = "1ms", initial = true }) do
  check.equal({ batch.fresh, #batch.paths }, { true, 3 })
  break
end
check.equal(files.show(step()), { "modified src/a.rs" })

-- The four values of an inline `for`.
local first, second, third, fourth = watch.files "src"
check.equal({ first == fourth, second, third }, { true })
first:close()

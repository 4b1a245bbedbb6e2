-- What the script writes by `std.fs` wakes nobody; what others write is told, and what it writes by `io` too.
local check, files = require "check", require "files"
local fs, task, watch = require "std.fs", require "std.task", require "std.watch"

for _, path in ipairs { "src/a", "src/log", "src/tree/a", "src/tree/deep/b", "src/old" } do
  files.write(path, path)
end
local watcher <close> = watch.files "src"
local all <close> = watch.files("src", { own = true })

local function do_all()
  fs.write("src/a", "by the script")
  fs.write("src/made/new", "1", { parents = true })
  fs.write("src/old", "in place", { atomic = false })
  fs.append("src/log", " and more")
  fs.append("src/log", " and more")
  fs.copy("src/tree", "src/copy")
  fs.move("src/tree", "src/moved")
  fs.remove "src/moved/a"
  local dir <close> = fs.temp_dir()
  fs.write(dir.path .. "/b", "2")
  fs.move(dir.path .. "/b", "src/b")
  fs.remove("src/made", { recursive = true })
end
do_all()
watcher:sync()
all:sync()
local shown = {}
for _, change in ipairs(all().changes) do
  shown[#shown + 1] = ("%s %s %s"):format(change.kind, change.path:sub(5), tostring(change.own))
end
check.equal(shown, {
  "modified a true",
  "created b true",
  "created copy/a true",
  "created copy/deep/b true",
  "modified log true",
  "renamed moved/deep/b true",
  "modified old true",
  "removed tree/a true",
})

-- The loop goes on with what is not its own.
files.write("src/end", "1")
check.equal(files.show(watcher()), { "created src/end" })

-- A loop that answers each batch with a file of its own does not wake itself.
local step = task.spawn(function()
  local rounds = 0
  for batch in watcher do
    rounds = rounds + 1
    fs.write("src/seen", table.concat(batch.paths, "\n"))
    fs.append("src/log", "round " .. rounds)
    if batch.paths[#batch.paths] == "src/last" then
      return rounds
    end
  end
end)
files.write("src/first", "1")
check.eventually("the loop has answered", function()
  return fs.read "src/seen" == "src/first"
end)
files.write("src/last", "1")
check.equal(step:await(), 2)

-- Others' writes: over it, after it, and by Lua's own `io`.
local two <close> = watch.files "src"
fs.write("src/a", "ours")
files.write("src/a", "theirs")
two:sync()
check.equal(files.show(two()), { "modified src/a" })
fs.write("src/a", "ours again")
two:sync()
files.write("src/a", "theirs again")
two:sync()
check.equal(files.show(two()), { "modified src/a" })
os.remove "src/a"
fs.append("src/log", "x")
two:sync()
check.equal(files.show(two()), { "removed src/a" })

-- A call that fails has done nothing.
files.write("src/a", "1")
two:sync()
check.equal(files.show(two()), { "created src/a" })
check.raises("io", nil, fs.move, "src/a", "src/b")
os.remove "src/a"
two:sync()
check.equal(files.show(two()), { "removed src/a" })

-- A write whose task is cancelled: the old content or the new is there, and neither is news.
local large = ("new"):rep(3 << 20)
for round = 1, 10 do
  local writing = task.spawn(fs.write, "src/log", large .. round)
  for _ = 1, round do
    task.yield()
  end
  writing:cancel()
  pcall(writing.await, writing)
end
two:sync()
files.write("src/end", "2")
check.equal(files.show(two()), { "modified src/end" })
-- Into the file itself it may be there by halves, and that is news.
local writing = task.spawn(fs.write, "src/log", large, { atomic = false })
task.yield()
writing:cancel()
pcall(writing.await, writing)
two:sync()
files.write("src/end", "3")
local is_whole = fs.read "src/log" == large
check.equal(files.show(two()), { is_whole and "modified src/end" or "modified src/log" })

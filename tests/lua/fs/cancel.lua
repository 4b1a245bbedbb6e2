-- A cancelled write leaves the old file or the new one, and nothing beside it; the task waits for that.
local check = require "check"
local fs, task = require "std.fs", require "std.task"

local texts = { ["old"] = true, [("new"):rep(3 << 20)] = true }
local large = next(texts) == "old" and next(texts, "old") or next(texts)
for round = 1, 10 do
  fs.write("file", "old")
  local writing = task.spawn(fs.write, "file", large)
  for _ = 1, round do
    task.yield()
  end
  writing:cancel()
  pcall(writing.await, writing)
  check.equal(texts[fs.read "file"], true)
  check.equal(#fs.list ".", 1)
end

-- The Lua thread goes on while a file is written.
local writing, turns = task.spawn(fs.write, "file", large), 0
while writing.status == "running" do
  turns = turns + 1
  task.yield()
end
assert(turns > 1, turns)

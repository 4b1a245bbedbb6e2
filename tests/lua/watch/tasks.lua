-- Who waits for a batch holds up nobody; closing ends the loop; cancelling it too.
local check, files = require "check", require "files"
local task, watch = require "std.task", require "std.watch"

files.write("a", "1")
local watcher = watch.files "."
local seen = {}
local loop = task.spawn(function()
  for batch in watcher do
    seen[#seen + 1] = files.show(batch)
  end
  return "ended"
end)
task.yield()
files.write("b", "1")
watcher:sync()
-- `sync` has given it to the loop that waited.
task.yield()
check.equal(seen, { { "created b" } })
watcher:close()
check.equal(loop:await(), "ended")
check.raises("closed", "the watcher is closed", watcher.sync, watcher)

local other = task.spawn(function()
  for _ in watch.files "." do
    error "nothing changes"
  end
end)
task.yield()
other:cancel()
check.raises("cancelled", nil, other.await, other)

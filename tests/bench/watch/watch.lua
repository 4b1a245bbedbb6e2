-- A line for each path that changed, for the bench: watch.lua FOLDER_OR_FILE DEBOUNCE ["turns"].
local task, watch = require "std.task", require "std.watch"
local with_turns = arg[3] == "turns"
if with_turns then
  local thread = codex.thread_start()
  thread:run "begin"
  task.spawn(function()
    while true do
      thread:run "go on"
    end
  end)
end
local batches = watch.files(arg[1], { debounce = arg[2], max_wait = with_turns and arg[2] or nil })
print "ready"
io.stdout:flush()
for batch in batches do
  print(table.concat(batch.paths, "\n"))
  io.stdout:flush()
end

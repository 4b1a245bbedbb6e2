-- A line for each path that changed, for the bench: watch.lua FOLDER_OR_FILE DEBOUNCE.
local batches = require("std.watch").files(arg[1], { debounce = arg[2] })
print "ready"
io.stdout:flush()
for batch in batches do
  print(table.concat(batch.paths, "\n"))
  io.stdout:flush()
end

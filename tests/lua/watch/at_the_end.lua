-- A watcher that a script leaves open ends with it, and says nothing.
local watch = require "std.watch"

watch.files "."
Kept = watch.files(".", { debounce = 0 })
require("std.task").spawn(function()
  watch.files "."
end)

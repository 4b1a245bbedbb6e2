local task = require "std.task"
LOADED = (LOADED or 0) + 1
task.sleep("20ms")
return { value = codex.version, name = ... }

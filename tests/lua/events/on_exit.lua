-- os.exit in a handler ends the script.
--@ exit: 7
codex.on("turn.completed", function()
  pcall(os.exit, 7)
end)
codex.run "hi"
require("std.task").sleep(1000)

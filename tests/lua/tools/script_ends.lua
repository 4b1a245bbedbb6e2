-- A tool that runs does not keep the script alive; its closers run before the end.
--@ replies: obedient
--@ stderr: was still running when the script ended: interrupted
--@ stdout: closed
local check, task = require "check", require "std.task"

local runs = false
local slow = codex.tool {
  name = "slow",
  description = "Never ends.",
  run = function()
    local closing <close> = setmetatable({}, {
      __close = function()
        print "closed"
      end,
    })
    runs = true
    task.sleep "1h"
  end,
}
codex.thread_start({ tools = { slow } }):turn "tool: slow {}"
check.eventually("the tool runs", function()
  return runs
end)

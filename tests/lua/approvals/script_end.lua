-- A handler keeps no script alive: at the end it is cancelled, what it was asked is declined, and the turn ends.
--@ replies: obedient
--@ stderr: it was left without an answer
--@ stderr: was still running when the script ended: interrupted
--@ stdout: closed
local check, task = require "check", require "std.task"

local waiting
local thread = codex.thread_start {
  sandbox = "read-only",
  approval = "on-request",
  on_approval = function()
    local _ <close> = setmetatable({}, {
      __close = function()
        print "closed"
      end,
    })
    waiting = true
    task.sleep "1h"
    return "accept"
  end,
}
thread:turn "$! touch asked"
check.eventually("it is asked", function()
  return waiting
end)

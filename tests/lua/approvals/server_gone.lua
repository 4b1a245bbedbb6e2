-- A server that dies while a handler waits: the handler is cancelled, nothing is answered to the next server.
--@ replies: obedient
local check, task = require "check", require "std.task"

local closed, waiting
local thread = codex.thread_start {
  sandbox = "read-only",
  approval = "on-request",
  on_approval = function()
    local _ <close> = setmetatable({}, {
      __close = function()
        closed = true
      end,
    })
    waiting = true
    task.sleep "1h"
    return "accept"
  end,
}
thread:run "echo saved"
local turn = thread:turn "$! touch asked"
check.eventually("it is asked", function()
  return waiting
end)
-- It is the child of ours that serves.
os.execute [[for process in /proc/[0-9]*; do
  case $(cat $process/stat 2> /dev/null) in *") "?" $PPID "*)
    if grep -q app-server $process/cmdline; then kill -9 ${process#/proc/}; fi ;;
  esac
done]]
check.raises("server_gone", nil, turn.result, turn)
check.eventually("the handler is cancelled", function()
  return closed
end)
check.equal(thread:run("echo again").text, "again")
assert(not check.exists "asked")

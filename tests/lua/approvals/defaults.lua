-- `codex.defaults` answers for threads that have no handler of their own; a turn on a thread of its own may have one.
--@ replies: obedient
--@ stderr: codex-lua: declined: the agent asked to run
--@ stderr: : it was not answered within 50ms
local check = require "check"

local outside, by = os.getenv "HOME", {}
local function answers(name)
  return function()
    by[#by + 1] = name
    return "accept"
  end
end
local options = { sandbox = "read-only", approval = "on-request" }
local function run(more)
  by = {}
  for name, value in pairs(options) do
    more[name] = value
  end
  codex.run(("$! touch %s/x"):format(outside), more)
  return table.concat(by, " ")
end

check.equal(run {}, "")
check.equal(run { on_approval = answers "own" }, "own")
local old = codex.thread_start(options)
codex.defaults { on_approval = answers "default" }
check.equal(run {}, "default")
check.equal(run { on_approval = answers "own" }, "own")
check.equal(
  run {
    on_question = function() end,
  },
  "default"
)
by = {}
old:run(("$! touch %s/y"):format(outside))
check.equal(by, { "default" })

-- A thread that is resumed has the handlers that it is then given, as all its options.
local thread =
  codex.thread_start { on_approval = answers "first", sandbox = "read-only", approval = "on-request" }
thread:run "echo saved"
by = {}
codex.resume(thread.id, { on_approval = answers "second" }):run(("$! touch %s/z"):format(outside))
check.equal(by, { "second" })

-- Its time is the thread's own matter.
codex.defaults {
  on_approval = function()
    require("std.task").sleep "1h"
  end,
}
check.equal(run { approval_timeout = "50ms" }, "")
codex.defaults()
check.equal(run {}, "")

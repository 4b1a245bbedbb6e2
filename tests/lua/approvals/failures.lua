-- A handler that raises, returns something else or takes too long declines, and one line says why.
--@ replies: obedient
--@ stderr: on_approval raised
--@ stderr: failures.lua:17: planted
--@ stderr: on_approval raised a table of its own
--@ stderr: on_approval returned nil;
--@ stderr: on_approval returned "yes";
--@ stderr: on_approval returned true;
--@ stderr: on_approval has no option "declin"; the nearest is "decline"
--@ stderr: on_approval: accept_with_amendment must be true or a list of words
--@ stderr: network_amendment is not offered for this
--@ stderr: grant is no answer to what was asked: a command
--@ stderr: it was not answered within 50ms
local check, task = require "check", require "std.task"

local function planted()
  error "planted"
end

local handlers = {
  planted,
  function()
    error { message = "a table of its own" }
  end,
  function() end,
  function()
    return "yes"
  end,
  function()
    return true
  end,
  function()
    return { declin = "no" }
  end,
  function()
    return { accept_with_amendment = "touch" }
  end,
  function()
    return { network_amendment = "allow" }
  end,
  function()
    return { grant = {} }
  end,
  function()
    return {}
  end,
  function()
    return { decline = "no", grant = {} }
  end,
}
local decided = {}
codex.on("approval.decided", function(event)
  decided[#decided + 1] = event
end)
for _, handler in ipairs(handlers) do
  local thread <close> =
    codex.thread_start { sandbox = "read-only", approval = "on-request", on_approval = handler }
  local result = thread:run "$! touch asked"
  check.equal(result.status, "completed")
  check.equal(check.items(result.items, "command_execution")[1].status, "declined")
end
assert(not check.exists "asked")

-- One that is late is cancelled: it closes what it has open, and whatever it would say counts no more.
local closed
local thread = codex.thread_start {
  sandbox = "read-only",
  approval = "on-request",
  approval_timeout = "50ms",
  on_approval = function()
    local _ <close> = setmetatable({}, {
      __close = function()
        closed = true
      end,
    })
    task.sleep "1h"
    return "accept"
  end,
}
check.equal(check.items(thread:run("$! touch late").items, "command_execution")[1].status, "declined")
assert(closed and not check.exists "late")

-- Nor when it computes all the time, so that nobody could cancel it.
thread = codex.thread_start {
  sandbox = "read-only",
  approval = "on-request",
  approval_timeout = "50ms",
  on_approval = function()
    local begun = os.clock()
    while os.clock() < begun + 0.2 do
    end
    return "accept"
  end,
}
check.equal(check.items(thread:run("$! touch late").items, "command_execution")[1].status, "declined")
assert(not check.exists "late")

check.equal(#decided, #handlers + 2)
for _, event in ipairs(decided) do
  check.equal({ event.decision, event.by, event.kind }, { "decline", "host", "command" })
end
check.has(decided[1].reason, "planted")
check.equal(decided[#decided].thread_id, thread.id)

-- Wrong options are the call's own error.
check.raises("usage", "on_approval must be a function", codex.thread_start, { on_approval = "accept" })
check.raises("usage", "approval_timeout must be", codex.defaults, { approval_timeout = "soon" })
check.raises("usage", "on_aproval", codex.defaults, { on_aproval = print })

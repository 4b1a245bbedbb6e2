-- Again, when it failed; with longer and longer waits; never what may have been done.
local check = require "check"
local retry, task, time = require "std.retry", require "std.task", require "std.time"

local clock <close> = time.fake(0)
local begun = time.monotonic()

-- Runs with time that passes by itself, half a second at a time; tells when each try was.
local function tries(errors, options)
  local at = {}
  local done
  begun = time.monotonic()
  local passing = task.spawn(function()
    while not done do
      task.yield()
      clock:advance(0.5)
    end
  end)
  local found = table.pack(pcall(retry, function(try)
    check.equal(try, #at + 1)
    at[try] = time.monotonic() - begun
    local raised = errors[try]
    if raised then
      error(raised, 0)
    end
    return "done", nil, try
  end, options))
  done = true
  passing:await()
  return at, table.unpack(found, 1, found.n)
end

local function raised(kind, more)
  local err = more or {}
  err.kind, err.message = kind, kind
  return err
end
local io_error, overloaded = raised "io", raised "overloaded"
local exact = { delay = 1, jitter = 0, tries = 6, max_delay = 5 }

local at, ok, result, none, try = tries({ "boom", io_error }, exact)
check.equal({ ok, result, none, try, #at }, { true, "done", nil, 3, 3 })
check.equal({ at[1], at[2] >= 1, at[3] >= at[2] + 2, at[3] < 6 }, { 0.0, true, true, true })

-- The last error as it was; waits have a longest.
local all = { io_error, io_error, io_error, io_error, io_error, raised "io" }
local last
at, ok, last = tries(all, exact)
check.equal({ ok, rawequal(last, all[6]), #at }, { false, true, 6 })
assert(at[6] >= 1 + 2 + 4 + 5 + 5 and at[6] < 25, at[6])

-- What is tried again, and what is not.
local function count(options, ...)
  options.delay = 0
  return #tries({ ... }, options)
end
check.equal(count({}, io_error, io_error), 3)
check.equal(count({ tries = 1 }, io_error), 1)
for _, kind in ipairs { "usage", "budget", "loop", "closed", "not_logged_in", "thread_not_found" } do
  check.equal(count({}, raised(kind)), 1)
end
check.equal(count({ on = { "overloaded" } }, overloaded, io_error), 2)
check.equal(count({ on = { "overloaded" } }, "text"), 1)
local function decide(err, n)
  return err == "again" and n < 3
end
check.equal(count({ on = decide, tries = 9 }, "again", "again", "again"), 3)
check.equal(count({ on = decide }, "other"), 1)

local unsure = raised("timeout", { may_have_run = true })
check.equal(count({}, unsure), 1)
check.equal(count({ on = { "timeout" } }, unsure), 1)
check.equal(count({ may_have_run = true }, unsure), 2)
check.equal(count({}, raised("timeout", { may_have_run = false })), 2)
check.equal(count({}, raised "server_gone"), 1)
local talked = { { type = "user_message" }, { type = "agent_message" } }
check.equal(count({}, raised("turn_failed", { items = talked })), 2)
local acted = { { type = "user_message" }, { type = "command_execution" } }
check.equal(count({}, raised("turn_failed", { items = acted })), 1)
check.equal(
  count({ on = { "turn_failed" }, may_have_run = true }, raised("turn_failed", { items = acted })),
  2
)

check.raises("usage", "retry: what to run must be a function, got nil", retry)
check.raises("usage", "tries must be a whole number, 1 or more, got 0", retry, print, { tries = 0 })
check.raises("usage", "factor must be a number, 1 or more, got 0.5", retry, print, { factor = 0.5 })
check.raises("usage", "jitter must be a number from 0 to 1, got 2", retry, print, { jitter = 2 })
check.raises("usage", "on must be a list of kinds of errors, or a function", retry, print, { on = "io" })
check.raises("usage", 'has no option "retries"; the nearest is "tries"', retry, print, { retries = 2 })

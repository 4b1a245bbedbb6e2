-- Wrong values of what decides about busy threads.
local check = require "check"

check.raises(
  "usage",
  'when_busy must be "raise" or "wait" or "steer", got "join"',
  codex.thread_start,
  { when_busy = "join" }
)
check.raises("usage", "when_busy must be a string, got true", codex.thread_start, { when_busy = true })
local thread = codex.thread_start()
check.raises("usage", 'no option "when_busy"', thread.run, thread, "hi", { when_busy = "wait" })
check.raises("usage", 'no option "budget"', thread.run, thread, "hi", { budget = { turns = 1 } })
check.equal(codex.run("hi", { when_busy = "wait", budget = { turns = 1 } }).status, "completed")

-- `timeout` and `idle_timeout` interrupt the turn with its command, and raise `timeout`; of the turn they win over
-- those of the thread.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start { sandbox = "full-access", timeout = "1h", idle_timeout = "1h" }
local err = check.raises(
  "timeout",
  "the turn did not end within 200ms",
  thread.run,
  thread,
  "silent",
  { timeout = "200ms" }
)
check.equal(err.may_have_run, true)
check.raises(
  "timeout",
  "the turn did nothing for 200ms",
  thread.run,
  thread,
  "silent",
  { idle_timeout = 0.2 }
)

-- Deltas wind the idle clock: this takes longer than it.
local words = ("word "):rep(80)
check.equal(thread:run("slowly: " .. words, { idle_timeout = "1s" }).text, words)

check.raises("timeout", nil, thread.run, thread, "$ echo $$ > pid; sleep 1000", { timeout = "1500ms" })
local pid = tonumber(check.read("pid"))
check.eventually("the command is gone", function()
  return not check.runs(pid)
end)

local impatient = codex.thread_start { timeout = 0.2 }
check.raises("timeout", "within 200ms", impatient.run, impatient, "silent")
check.raises("timeout", "within 200ms", function()
  for _ in impatient:stream("silent") do
  end
end)
check.equal(impatient:run("echo fine", { timeout = "1m" }).text, "fine")
check.equal(impatient:run("echo fine", { timeout = math.huge, idle_timeout = 1e300 }).text, "fine")
check.raises("timeout", "within 0ns", thread.run, thread, "echo fine", { timeout = 0 })
check.equal(thread:run("echo fine").text, "fine")

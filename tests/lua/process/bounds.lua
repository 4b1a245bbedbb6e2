-- What takes too long or writes too much is ended, with all that it started.
local check = require "check"
local process, task = require "std.process", require "std.task"

local script =
  "setsid sh -c 'echo $$ > pid; exec sleep 1000' & until [ -s pid ]; do :; done; echo begun >&2; wait"
local err =
  check.raises("timeout", "was ended, with all that it started", process.shell, script, { timeout = 0.5 })
check.equal({ err.may_have_run, err.stderr[1] }, { true, "begun" })
check.equal(check.runs(tonumber(check.read "pid")), false)

check.raises(
  "process",
  '"yes" wrote more than 1000 bytes to one stream',
  process.run,
  { "yes" },
  { limit = 1000 }
)
check.equal(#process.run({ "head", "-c", "1000", "/dev/zero" }, { limit = 1000 }).stdout, 1000)
check.raises("process", "wrote more than 16777216 bytes", process.run, { "yes" })

-- A cancelled task ends its command.
os.remove "pid"
local running = task.spawn(function()
  process.shell "echo $$ > pid; exec sleep 1000"
end)
check.eventually("it runs", function()
  return check.exists "pid" and check.read "pid" ~= ""
end)
running:cancel()
local pid = tonumber(check.read "pid")
check.eventually("it is ended", function()
  return not check.runs(pid)
end)

-- What a command leaves running ends with it; what still writes its output is waited for.
local left = process.shell("sleep 1000 >/dev/null 2>&1 & echo $!").stdout
check.equal(check.runs(tonumber(left)), false)
check.equal(process.run({ "bash", "-c", "echo late > >(sleep 0.2; cat)" }).stdout, "late\n")

-- A `spawn` has a time too.
local slow <close> = process.spawn({ "sleep", "1000" }, { timeout = "100ms" })
check.raises("timeout", 'process.spawn: "sleep" took longer than 100ms', slow.wait, slow)
check.equal(check.runs(slow.pid), false)

-- A command that the script talks with.
local check = require "check"
local process, task = require "std.process", require "std.task"

-- Both ways, in turns.
local cat = process.spawn { "cat" }
check.equal(tostring(cat), ('Process %d "cat"'):format(cat.pid))
cat:write("one\n", 2, "\n")
check.equal({ cat:read("l", "n", "L") }, { "one", 2, "\n" })
cat:write "three\nfour\n"
cat:close_stdin()
local lines = {}
for line in cat:lines() do
  lines[#lines + 1] = line
end
check.equal(lines, { "three", "four" })
check.equal({ cat:wait(), cat:wait() }, { { code = 0 }, { code = 0 } })
check.equal(cat:kill(), false)
check.raises("closed", "standard input is closed", cat.write, cat, "x")
cat:close()
check.raises("closed", '"cat" was closed', cat.write, cat, "x")
check.raises("closed", '"cat" was closed', cat.read, cat)

-- What it still has in its pipe can be read after its end; standard error where that was asked for.
local ended = process.spawn({ "sh", "-c", "echo out; echo err >&2" }, { stderr = "pipe" })
ended:wait()
check.equal({ ended:read "a", ended.stderr:read "a", ended:read "l" }, { "out\n", "err\n", nil })
local both = process.spawn(
  { "sh", "-c", "echo 1; echo 2 >&2; echo 3 >&2" },
  { stderr = "pipe", stdout = "null" }
)
local errors = {}
for line in both.stderr:lines "n" do
  errors[#errors + 1] = line
end
check.equal(errors, { 2, 3 })
check.raises("usage", "process.read: standard output is no pipe", both.read, both)
check.equal(cat.stderr, nil)

-- Its input may be given whole.
local sorted = process.spawn({ "sort" }, { stdin = "b\na\n" })
check.equal(sorted:read "a", "a\nb\n")
check.raises("closed", "or was no pipe for the script", sorted.write, sorted, "x")

-- What nobody reads holds it up: little of a million lines has been written when it is closed.
local loud = process.spawn { "sh", "-c", "yes | head -n 1000000; touch all_written" }
check.equal(loud:read(), "y")
loud:close()
check.raises("closed", 'process.wait: "sh" was closed', loud.wait, loud)
check.equal(check.exists "all_written", false)

-- A line that does not end is not gathered without a bound.
local endless <close> = process.spawn({ "cat", "/dev/zero" }, { limit = 1000 })
check.raises("io", "more than 1000 bytes in one piece", endless.read, endless)
check.equal(#endless:read(5000), 5000)

-- One that reads no more.
local deaf <close> = process.spawn { "sh", "-c", "exec <&-; echo deaf; exec sleep 1000" }
check.equal(deaf:read(), "deaf")
check.raises("io", '"sh" reads no more', deaf.write, deaf, ("x"):rep(1 << 20))

-- Signals reach the command itself.
local trapping <close> =
  process.spawn { "sh", "-c", "trap 'echo hup' HUP; echo ready; while :; do sleep 0.01; done" }
check.equal(trapping:read(), "ready")
check.equal(trapping:kill "HUP", true)
check.equal(trapping:read(), "hup")
check.equal(trapping:kill(), true)
check.equal(trapping:wait(), { signal = "TERM" })
check.raises("usage", '"SIGTERM" is no signal', trapping.kill, trapping, "SIGTERM")

-- Many tasks wait for one end.
local one = process.spawn { "sh", "-c", "read line; exit 5" }
local codes = {}
for n = 1, 3 do
  task.spawn(function()
    codes[n] = one:wait().code
  end)
end
task.yield()
one:close_stdin()
check.eventually("all know", function()
  return #codes == 3
end)
check.equal(codes, { 5, 5, 5 })

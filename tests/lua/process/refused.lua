-- What is no command, no option, or cannot be run.
local check = require "check"
local process = require "std.process"
local run, spawn = process.run, process.spawn

check.raises("usage", "process.run: the command must be a list of a program and its arguments", run, "ls -l")
check.raises("usage", "the command is an empty list", run, {})
check.raises("usage", "strings without \\0, got a table", run, { "echo", {} })
check.raises("usage", "strings without \\0, got nil", run)
check.raises("usage", 'strings without \\0, got "a\\0b"', run, { "echo", "a\0b" })
check.raises("usage", "it has 2 values, of which 1 stand in a row", run, { "echo", nil, "lost" })
check.raises("usage", "it has 2 values, of which 1 stand in a row", run, { "echo", cwd = "." })
check.raises("usage", "process.shell: the command line must be a string", process.shell, { "ls" })
check.raises("usage", 'has no option "timout"; the nearest is "timeout"', run, { "true" }, { timout = 1 })
check.raises(
  "usage",
  'stdout must be "pipe" or "inherit" or "null", got "file"',
  run,
  { "true" },
  { stdout = "file" }
)
check.raises("usage", "stdin must be a string, true or false, got 7", run, { "true" }, { stdin = 7 })
check.raises("usage", "env must be a table of names and strings", run, { "true" }, { env = "A=1" })
check.raises("usage", "A has another value", run, { "true" }, { env = { A = true } })
for _, name in ipairs { "", "A=B", "A\0B" } do
  check.raises("usage", "got a name that is none", run, { "true" }, { env = { [name] = "x" } })
end

local missing =
  check.raises("process", 'there is no program "no-such-program" in the PATH (', run, { "no-such-program" })
check.has(missing.message, os.getenv "PATH")
check.has(missing.traceback, "refused.lua:")
check.raises("process", "in the PATH (/nowhere)", run, { "true" }, { env = { PATH = "/nowhere" } })
check.raises("process", 'process.spawn: there is no program ""', spawn, { "" })
check.raises("process", 'cannot run "./none": ', run, { "./none" })
check.raises("process", 'cannot run "/": ', run, { "/" })
check.raises(
  "process",
  'cannot run "true" in nowhere: there is no such folder',
  run,
  { "true" },
  { cwd = "nowhere" }
)

-- An end that is no success is raised where that was asked for, with the last lines that it said.
--@ env: MY_API_TOKEN=swordfish-12345
local check = require "check"
local process = require "std.process"

local failing = "for n in $(seq 30); do echo line $n >&2; done; echo out; exit 7"
local err = check.raises(
  "process",
  'process.shell: "/bin/sh" ended with 7: line 30',
  process.shell,
  failing,
  { check = true }
)
check.equal(
  { err.code, err.signal, #err.stderr, err.stderr[1], err.stderr[20] },
  { 7, nil, 20, "line 11", "line 30" }
)
err = check.raises("process", '"/bin/sh" was ended by TERM', process.shell, "kill $$", { check = true })
check.equal({ err.code, err.signal }, { nil, "TERM" })
check.equal(process.run({ "true" }, { check = true }).code, 0)

local secret =
  check.raises("process", "[redacted]", process.shell, "echo $MY_API_TOKEN >&2; exit 1", { check = true })
check.lacks(secret.message .. secret.stderr[1], "swordfish")

local running <close> = process.spawn({ "sh", "-c", "exit 2" }, { check = true })
err = check.raises("process", 'process.spawn: "sh" ended with 2', running.wait, running)
check.equal(err.code, 2)

-- Commands that run to their end: what they wrote, how they ended, and what they are given.
local check = require "check"
local process = require "std.process"

check.equal(process.run { "true" }, { code = 0, stdout = "", stderr = "" })
check.equal(
  process.run({ "/bin/sh", "-c", "cat; echo err >&2; exit 3" }, { stdin = "in\0\xff" }),
  { code = 3, stdout = "in\0\xff", stderr = "err\n" }
)
check.equal(process.shell "kill -9 $$", { signal = "KILL", stdout = "", stderr = "" })

-- No shell looks at an argument, and a number is one.
check.equal(process.run({ "printf", "%s|", "$(touch x)", "a b", "*", "", 7 }).stdout, "$(touch x)|a b|*||7|")
check.equal(check.exists "x", false)
check.equal(process.shell("echo $((1 + 1)) | cat").stdout, "2\n")

-- Nothing is read if nothing is given; one that wants no input gets none.
check.equal(process.run({ "cat" }).stdout, "")
check.equal(process.run({ "true" }, { stdin = ("x"):rep(1 << 20) }).code, 0)
local large = ("x"):rep(1 << 20)
check.equal(#process.run({ "cat" }, { stdin = large }).stdout, #large)

-- Its streams may go elsewhere.
check.equal(process.shell("echo a; echo b >&2", { stdout = "null", stderr = "null" }), { code = 0 })

-- Where it runs, and with which variables: the script's own and its own.
os.execute "mkdir -p below && printf '#!/bin/sh\\necho here' > below/tool && chmod +x below/tool"
check.has(process.run({ "pwd" }, { cwd = "below" }).stdout, "/below\n")
check.equal(process.run({ "./tool" }, { cwd = "below" }).stdout, "here\n")
check.equal(process.run({ "tool" }, { env = { PATH = "below" } }).stdout, "here\n")
local env = { ADDED = "a b", COUNT = 3, HOME = false }
check.equal(
  process.shell("echo $ADDED $COUNT ${HOME-none} ${PATH:+path}", { env = env }).stdout,
  "a b 3 none path\n"
)

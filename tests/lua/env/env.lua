-- Variables, and files of variables, which change nothing but a table.
--@ env: GIVEN=a b
--@ env: EMPTY=
local check = require "check"
local env, fs, process = require "std.env", require "std.fs", require "std.process"

check.equal({ env.get "GIVEN", env.get "EMPTY", env.get "NOT_GIVEN" }, { "a b", "", nil })
check.equal({ env.get "", env.get "A=B", env.get "A\0B" }, {})
check.equal({ env.all().GIVEN, env.all().NOT_GIVEN }, { "a b", nil })
env.all().GIVEN = "changed"
check.equal(env.get "GIVEN", "a b")

fs.write(
  ".env",
  [[
# settings
export HOST = example.org  # the server
GIVEN='$HOME \n'
TEXT="two\nlines\$"
TEXT="the last"
EMPTY=
]]
)
local loaded = env.load ".env"
check.equal(loaded, { HOST = "example.org", GIVEN = "$HOME \\n", TEXT = "the last", EMPTY = "" })
check.equal({ env.get "HOST", env.get "GIVEN", os.getenv "HOST" }, { nil, "a b", nil })
check.equal(process.shell("echo $HOST", { env = loaded }).stdout, "example.org\n")
check.equal(env.load "nowhere", nil)

local function wrong(text)
  fs.write("wrong.env", text)
  return check.raises("parse", "env.load: wrong.env: ", env.load, "wrong.env").message
end
check.has(wrong "A=1\nB", 'line 2: "=" is expected after the name')
check.has(wrong "A='x\n\n", "line 1: the quote (') does not end")
check.has(wrong "A=\xff", "it is not valid UTF-8")
check.raises("io", "env.load: ", env.load, ".")
check.raises("usage", "the path must be a path", env.load)
check.raises("usage", "the name must be a string, got nil", env.get)

-- A secret of a file is none of anybody's errors.
fs.write("secret.env", "API_TOKEN=swordfish-54321")
local secret = env.load("secret.env").API_TOKEN
local err = check.raises("process", "[redacted]", process.run, { "no-" .. secret })
check.lacks(err.message, "swordfish")

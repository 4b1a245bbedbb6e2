-- Wrong options say what was expected.
local check = require "check"

local function start(text, options)
  check.raises("usage", text, codex.thread_start, options)
end
start('the nearest is "model"', { modle = "x" })
start("model must be a string, got 7", { model = 7 })
start("model must be a string, is not valid UTF-8", { model = "\xff" })
start(
  'approval must be "never" or "on-request" or "untrusted" or "auto-review", got "always"',
  { approval = "always" }
)
start('ephemeral must be true or false, got "yes"', { ephemeral = "yes" })
start('timeout must be a duration: seconds, or "500ms"', { timeout = "soon" })
start("timeout must be a duration", { timeout = -1 })
start("env_pass must be a list of strings", { env_pass = "PATH" })
start("config must be a table of names and values", { config = "x" })
start('the options must be a table, got "x"', "x")
start("options are named, but 1 is a key", { "x" })
check.raises("usage", "there is no folder /no/such", codex.thread_start, { cwd = "/no/such" })
check.raises("usage", "takes 1 argument", codex.thread_start, {}, 2)

local thread = codex.thread_start()
check.raises("usage", "there is no folder /no/such", thread.run, thread, "hi", { cwd = "/no/such" })
check.raises("usage", 'has no option "ephemeral"', thread.run, thread, "hi", { ephemeral = true })
check.raises("usage", 'the nearest is "idle_timeout"', thread.run, thread, "hi", { idletimeout = 1 })
check.raises("usage", "call it with a colon: thread:run(…)", thread.run)
check.equal(thread:run("still works").status, "completed")

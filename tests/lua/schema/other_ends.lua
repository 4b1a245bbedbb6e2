-- What ends a turn otherwise is raised as that; the time of all its turns together is limited.
--@ replies: stubborn
local check = require "check"

local thread = codex.thread_start()
local function ask(answers, more)
  local options = more or {}
  options.schema, options.schema_retries = { type = "array" }, 2
  return thread:run("answers: " .. answers, options)
end

local err = check.raises("turn_failed", "Invalid schema", ask, "FAIL")
check.equal(err.errors, nil)
check.raises("turn_failed", "Invalid schema", ask, "{} ~ FAIL ~ []")
err = check.raises("timeout", "the turn did not end within", ask, "{} ~ {} ~ SILENT", { timeout = "3s" })
-- What the first two left of it.
check.lacks(err.message, "within 3s")
check.raises("timeout", "the turn did nothing for 300ms", ask, "{} ~ SILENT", { idle_timeout = "300ms" })
check.equal(ask("{} ~ {} ~ [1]", { timeout = "1h" }).output, { 1 })

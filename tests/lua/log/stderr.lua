-- Lines on standard error: from a level on, with fields, without what is secret or steers a terminal.
--@ env: MY_API_TOKEN=swordfish-12345
--@ stderr: 2026-11-25T08:00:00.000Z info begun count=3 list=[1,true] name=a/b text="two words"
--@ stderr: 2026-11-25T08:00:00.000Z error took \u{1b}[2J\n down escaped="\u001b[31m\u009b" job=7
--@ stderr: Z warn token [redacted] password=[redacted] seen=[redacted]
--@ stderr: {"time":"2026-11-25T08:00:00.000Z","level":"debug","message":"\u00fc\u200b","job":7,"nested":{"a":[1]}}
local check = require "check"
local json, log, time = require "std.json", require "std.log", require "std.time"

local clock <close> = time.fake "2026-11-25T08:00:00Z"
log.info("begun", { count = 3, text = "two words", name = "a/b", list = { 1, true } })
log.debug "never shown"
local logger = log.open { level = "warn", fields = { job = 7 } }
logger:info "never shown"
logger:error("took \27[2J\n down", { escaped = "\27[31m\u{9b}" })
log.warn("token swordfish-12345", { password = "hunter2hunter2", seen = "hunter2hunter2" })
local lines = log.open { format = "json", level = "debug", fields = { job = 7 } }
lines:debug("ü\u{200b}", { nested = { a = json.array { 1 } } })

check.raises("usage", "log.info: the message must be a string, got nil", log.info)
check.raises("usage", "log.info: the fields must be a table", log.info, "x", "y")
check.raises("usage", '"level" is what each line has by itself', log.info, "x", { level = 1 })
check.raises("usage", "fields are named, but a integer is a key", log.info, "x", { 1 })
check.raises("usage", 'level must be "debug" or "info" or "warn" or "error"', log.open, { level = "loud" })
check.raises("usage", 'has no option "path"', log.open, { path = "x" })
logger:close()
check.raises("closed", "logger.warn: the logger is closed", logger.warn, logger, "x")

-- A file of JSON lines: private, continued, nobody else's.
local check = require "check"
local fs, json, log = require "std.fs", require "std.json", require "std.log"

do
  local logger <close> = log.open { file = "run.log" }
  logger:info("one", { handle = print and io.stdout, error = { kind = "usage" } })
  logger:debug "not written"
  check.raises(
    "io",
    "log.open: cannot write run.log: another run is writing it",
    log.open,
    { file = "run.log" }
  )
  logger:warn 'two "quoted"\n'
end
local again <close> = log.open { file = "run.log", level = "debug" }
again:debug "three"
check.equal(fs.stat("run.log").mode, "600")
local messages = {}
for line in io.lines "run.log" do
  local record = json.decode(line)
  messages[#messages + 1] = record.level .. " " .. record.message
  if record.message == "one" then
    check.has(record.handle, "file (")
    check.equal(record.error.kind, "usage")
  end
end
check.equal(messages, { "info one", 'warn two "quoted"\n', "debug three" })

local text <close> = log.open { file = "text.log", format = "text" }
text:info("a\nb", { c = "d" })
check.has(check.read "text.log", "Z info a\\nb c=d\n")

fs.write("script.lua", "print(1)\n")
check.raises("io", "its lines begin otherwise", log.open, { file = "script.lua" })
os.execute "ln -s run.log link.log"
check.raises("io", "it is a symbolic link", log.open, { file = "link.log" })
check.raises("io", "cannot write nowhere/x.log", log.open, { file = "nowhere/x.log" })

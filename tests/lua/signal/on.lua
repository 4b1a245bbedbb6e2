-- Signals of the process, in a loop; while a script listens to HUP it does not end by it.
local check = require "check"
local process, signal, task = require "std.process", require "std.signal", require "std.task"

local pid = io.open("/proc/self/stat"):read "n"
local function send(...)
  for _, name in ipairs { ... } do
    assert(process.run({ "kill", "-" .. name, tostring(pid) }).code == 0)
  end
end

local signals, no, none, same = signal.on { "HUP", "USR2" }
check.equal({ tostring(signals), no, none, same == signals }, { "Signals HUP, USR2", nil, nil, true })

-- What comes between two pulls is kept, several of one name as one.
send("HUP", "HUP", "HUP")
check.equal(signals(), "HUP")
send("USR2", "HUP")
local got = { signals(), signals() }
table.sort(got)
check.equal(got, { "HUP", "USR2" })

-- A task that waits is woken; one that was cancelled while it waited has taken nothing.
local waiting = task.spawn(function()
  signals()
end)
task.yield()
waiting:cancel()
task.yield()
send "USR2"
check.equal(signals(), "USR2")

-- Two who listen both hear it, and closing ends a loop.
local other = signal.on "HUP"
local heard = {}
local loop = task.spawn(function()
  for name in other do
    heard[#heard + 1] = name
  end
  heard[#heard + 1] = "left"
end)
send "HUP"
check.equal(signals(), "HUP")
check.eventually("the other hears it", function()
  return heard[1] == "HUP"
end)
other:close()
loop:await()
check.equal(heard, { "HUP", "left" })
send "HUP"
check.equal({ signals(), other() }, { "HUP", nil })
signals:close()
check.equal(signals(), nil)

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

-- What comes between two pulls is kept.
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

-- Several of one name are told at least once, at most as often as they came.
send("HUP", "HUP", "HUP", "USR2")
local times = { HUP = 0, USR2 = 0 }
while times.HUP == 0 or times.USR2 == 0 do
  local name = signals()
  times[name] = times[name] + 1
end
assert(times.HUP <= 3 and times.USR2 == 1, times.HUP)
signals:close()
check.equal(signals(), nil)

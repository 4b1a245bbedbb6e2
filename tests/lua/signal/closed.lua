-- When the loop is left, HUP ends the script as ever.
--@ exit: 129
--@ stdout: heard HUP
local process, signal, task = require "std.process", require "std.signal", require "std.task"

local hup = "kill -HUP " .. io.open("/proc/self/stat"):read "n"
local sending = task.spawn(process.shell, hup)
for name in signal.on "HUP" do
  print("heard " .. name)
  break
end
sending:await()
process.shell(hup)
task.sleep "1h"

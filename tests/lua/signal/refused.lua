-- What ends the program is nobody's; what is no signal is told.
local check = require "check"
local on = require("std.signal").on

for _, name in ipairs { "INT", "TERM", "QUIT", "KILL", "SIGINT" } do
  check.raises("usage", ("%q ends the script"):format(name), on, name)
end
check.raises("usage", "USR1 is the host's own; it may be HUP, USR2, WINCH, CONT", on, "USR1")
check.raises("usage", '"SIGHUP" is none that can be listened to', on, "SIGHUP")
check.raises("usage", '"hup" is none', on, { "USR2", "hup" })
check.raises("usage", "the signals must be a name or a list of names, got nil", on)
check.raises("usage", "the signals must be a name or a list of names", on, {})
check.raises("usage", "the signals must be a name or a list of names, got 1", on, 1)
check.raises("usage", "takes 1 argument", on, "HUP", "USR2")

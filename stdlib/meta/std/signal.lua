---@meta std.signal

---`require "std.signal"`: signals that are sent to this process.
---@class std.signal
local signal = {}

---@alias std.signal.Name
---| "HUP" read the configuration again, by custom; it ends the script when nobody listens
---| "USR2"
---| "WINCH" the terminal has another size
---| "CONT" the process was stopped and goes on

---Waits for signals, in a `for` that gives their names.
---
---    for name in signal.on { "HUP", "USR2" } do … end
---
---None that comes between two rounds is lost; several of one name that come there are one, as the system has it too. While
---anyone listens to HUP it does not end the script, also when `nohup` had it ignored; when the loop is left, it does again. The
---others do nothing once a script has listened to them.
---
---What ends the program cannot be taken over: `INT`, `TERM` and `QUIT`; code that is to run then belongs into a `<close>`.
---`USR1` is the host's own. Raises `usage` for these, and for what is no signal.
---@param names std.signal.Name | std.signal.Name[]
---@return std.Signals signals
---@return nil
---@return nil
---@return std.Signals signals
function signal.on(names) end

---Signals that are waited for. Calling it gives the name of the next one; nil when it was closed.
---@class std.Signals
---@overload fun(): std.signal.Name?
local Signals = {}

---Listens no more, and ends the loop over it.
function Signals:close() end

return signal

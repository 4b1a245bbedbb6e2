---@meta std.time

---`require "std.time"`: clocks.
---@class std.time
local time = {}

---Seconds since 1970, UTC, with a fraction; from the system's clock.
---@return number
function time.now() end

---Seconds on a clock that never goes back; only differences mean something.
---@return number
function time.monotonic() end

return time

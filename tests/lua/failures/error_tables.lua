-- An error is a table with its kind, message, place and traceback, and prints as place and message.
local check = require "check"

local function call()
  codex.thread_start { sandbx = "read-only" }
end
local ok, err = pcall(call)
assert(not ok)
check.equal(type(err), "table")
check.equal(err.kind, "usage")
check.equal(err.message, 'codex.thread_start has no option "sandbx"; the nearest is "sandbox"')
check.has(err.place, "error_tables.lua:5")
check.equal(tostring(err), err.place .. ": " .. err.message)
check.has(err.traceback, "stack traceback:")
check.has(err.traceback, "error_tables.lua:5")
check.has(err.traceback, "error_tables.lua:7: in main chunk")
check.lacks(err.traceback, "mlua")
check.lacks(err.traceback, "[C]")

-- Raised again it keeps where it came from; xpcall's handler gets the table.
local _, same = pcall(error, err)
assert(rawequal(same, err))
local _, handled = xpcall(call, function(e)
  return { e.kind, e.place ~= nil }
end)
check.equal(handled, { "usage", true })
check.has(debug.traceback("msg"), "msg\nstack traceback:\n")

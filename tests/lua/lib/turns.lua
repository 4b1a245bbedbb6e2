-- Turns with a fault in them, and that their thread goes on.
local check = require "check"

local turns = {}

-- Runs `text` on a thread of its own, with these options, and tells what came of it: the error, or the result; the
-- events by type; and the thread, on which another turn has run.
function turns.fault(text, options)
  local thread = codex.thread_start { sandbox = "full-access" }
  local turn = thread:turn("fault " .. text, options)
  local seen = { thread = thread, turn = turn, events = {}, deltas = "" }
  local ok, err = pcall(function()
    for event in turn:events() do
      seen.events[event.type] = seen.events[event.type] or {}
      table.insert(seen.events[event.type], event)
      seen.deltas = seen.deltas .. (event.text or "")
    end
  end)
  if ok then
    seen.result = turn:result()
  else
    seen.err = err
    local _, same = pcall(turn.result, turn)
    check.equal({ same.kind, same.message }, { err.kind, err.message })
  end
  check.equal(thread:run("hi").text, "ok")
  check.equal(#thread:read({ turns = 10 }).turns, 2)
  return seen
end

-- The types of items.
function turns.types(items)
  local types = {}
  for place, item in ipairs(items) do
    types[place] = item.type
  end
  return table.concat(types, " ")
end

return turns

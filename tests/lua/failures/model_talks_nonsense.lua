-- What the model says beside the point is skipped, or told to the model, which may do better.
--@ replies: faults
--@ outcome: the model sends what is no event, or calls what there is not
local check, turns = require "check", require "turns"

local function goes_on(fault, text, usage)
  local seen = turns.fault(fault)
  if seen.err then
    error(seen.err)
  end
  local result = seen.result
  check.equal(result.status, os.getenv "OUTCOME")
  check.has(result.text, text)
  check.equal(turns.types(result.items):match "agent_message$", "agent_message")
  check.equal(result.usage ~= nil, usage ~= false)
  return result
end

goes_on("no_json", "fine")
goes_on("unknown_event", "fine")
goes_on("no_usage", "fine", false)
goes_on("unknown_tool", "unsupported call: no_such_tool")
goes_on("broken_arguments", "failed to parse function arguments")
check.equal(#goes_on("huge_event", "x", false).text, 10 << 20)

-- Calls the tool `take` with the turn's text as its arguments, whatever that is, and then says what it gave. For "large"
-- and "large misfit" they have 200,000 characters.
local json = require "std.json"

local function event(type, fields)
  fields.type = type
  return ("event: %s\ndata: %s\n\n"):format(type, json.encode(fields))
end

return function(request)
  local given = request.tool_outputs[1]
  if given then
    return given.text
  end
  local arguments = request.text
  if arguments == "large" then
    arguments = ('{"id":1,"x":"%s"}'):format(("x"):rep(200000))
  elseif arguments == "large misfit" then
    arguments = ('{"id":"%s"}'):format(("x"):rep(200000))
  end
  local call =
    { type = "function_call", call_id = "call" .. request.number, name = "take", arguments = arguments }
  return {
    raw = event("response.created", { response = { id = "r" } })
      .. event("response.output_item.done", { output_index = 0, item = call })
      .. event("response.completed", { response = { id = "r" } }),
  }
end

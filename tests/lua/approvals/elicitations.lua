-- What an MCP server asks the user, answered by a function; without one declined.
--@ replies: obedient
--@ stderr: declined: the agent asked for input to the MCP server form
--@ stderr: on_elicitation: action must be "accept" or "decline" or "cancel", got "yes"
--@ stderr: on_elicitation returned nil
local check = require "check"

local function ask(on_elicitation)
  local config = require("form_server").config
  local thread <close> =
    codex.thread_start { sandbox = "read-only", config = config, on_elicitation = on_elicitation }
  return thread:run("mcp: Who are you?").text:match "{.*}"
end

local seen
local said = ask(function(request)
  seen = request
  return { action = "accept", content = { userName = "Ann" } }
end)
check.equal(said, '{"action":"accept","content":{"userName":"Ann"}}')
check.equal({ seen.server_name, seen.mode, seen.message }, { "form", "form", "Who are you?" })
check.equal(seen.requested_schema.required, { "userName" })

for action, handler in pairs {
  decline = function()
    return "decline"
  end,
  cancel = function()
    return { action = "cancel" }
  end,
} do
  check.has(ask(handler), ('"action":"%s"'):format(action))
end
for _, handler in ipairs {
  function()
    return { action = "yes" }
  end,
  function() end,
} do
  check.has(ask(handler), '"action":"decline"')
end
check.has(ask(nil), '"action":"decline"')

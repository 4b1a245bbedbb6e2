-- Each tool that Codex offers a model by itself has a name that no tool of ours can have: the server would call its own.
local check = require "check"

local function refuses(name)
  local err = check.raises("usage", "name: ", codex.tool, { name = name, description = "x", run = print })
  check.has(err.message, "Codex's own")
end

local function refuses_namespace(name)
  local tool = codex.tool { name = "x", description = "x", run = print }
  check.raises("usage", "name: ", codex.tools, { name = name, description = "x", tools = { tool } })
end

local settings = {
  {},
  { model = "of-no-kind" },
  { model = "gpt-5.6-sol" },
  { config = { ["features.multi_agent_v2"] = true, ["features.token_budget"] = true } },
  { config = { ["features.request_permissions_tool"] = true, ["features.current_time_reminder"] = true } },
  { config = { ["features.deferred_executor"] = true, ["features.send_message_to_user_async"] = true } },
  { config = { mcp_servers = { none = { command = "/bin/false" } } } },
}
local seen = {}
for _, options in ipairs(settings) do
  for name in codex.run("tools", options).text:gmatch "%S+" do
    seen[name] = true
    if name:sub(-1) == "." then
      refuses_namespace(name:sub(1, -2))
    else
      refuses(name)
    end
  end
end
for _, name in ipairs {
  "exec_command",
  "exec",
  "clock.",
  "multi_agent_v1.",
  "functions.",
  "new_context",
  "wait_for_environment",
} do
  assert(seen[name], name)
end

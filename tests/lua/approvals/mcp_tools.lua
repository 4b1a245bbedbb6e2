-- A tool of an MCP server is asked for in the form of an elicitation; it is an approval all the same.
--@ replies: obedient
--@ stderr: declined: the agent asked to call ask of the MCP server form; thread
local check = require "check"

local decision, asked
local options = {
  sandbox = "read-only",
  approval = "on-request",
  config = require("form_server").wary,
  on_elicitation = function(request)
    assert(request.message == "Who?")
    return { action = "accept", content = { userName = "Ann" } }
  end,
}
-- Whoever answers forms allows no tool.
check.has(codex.run("mcp: Who?", options).text, "rejected")

options.on_approval = function(request)
  asked[#asked + 1] = request
  return decision
end
local thread = codex.thread_start(options)
local function run(given)
  decision, asked = given, {}
  return thread:run("mcp: Who?"), #asked
end
local result, times = run "decline"
check.has(result.text, "rejected")
check.equal(
  { times, asked[1].kind, asked[1].server_name, asked[1].tool },
  { 1, "mcp_tool_call", "form", "ask" }
)
check.equal(asked[1].arguments, { text = "Who?" })
check.has(run("accept").text, '"userName":"Ann"')
check.equal(run("cancel").status, "interrupted")
result, times = run "accept_for_session"
check.equal(times, 1)
check.has(result.text, "Ann")
result, times = run "decline"
check.equal(times, 0)
check.has(result.text, "Ann")

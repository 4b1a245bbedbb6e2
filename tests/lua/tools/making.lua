-- A tool that could not work is refused when it is made, with the reason.
local check, json = require "check", require "std.json"

local function make(options)
  local whole = { name = "look_up", description = "Looks up.", run = print }
  for key, value in pairs(options) do
    whole[key] = value
  end
  return codex.tool(whole)
end
local function refused(text, options)
  check.raises("usage", text, make, options)
end

-- What is missing, unknown or of the wrong type.
check.raises("usage", "codex.tool needs a name", codex.tool, { description = "x", run = print })
check.raises("usage", "codex.tool needs a description", codex.tool, { name = "x", run = print })
check.raises("usage", "codex.tool needs a function as run", codex.tool, { name = "x", description = "x" })
check.raises("usage", "codex.tool needs a", codex.tool)
refused('has no option "inputs"; the nearest is "input"', { inputs = {} })
refused("name must be a string, got 7", { name = 7 })
refused('run must be a function, got "x"', { run = "x" })
refused("timeout must be a duration", { timeout = "soon" })
refused("input must be a table of names and values", { input = "integer" })
refused("input must be a table of names and values, got a list", { input = { "id" } })

-- Names that the server refuses, or never calls.
refused('name: "" must be of letters', { name = "" })
for _, name in ipairs { "look up", "a.b", "größe", "a/b" } do
  refused(("name: %q must be of letters from a to z, digits, _ and -"):format(name), { name = name })
end
make { name = ("x"):rep(128) }
refused("has 129 characters, and may have 128", { name = ("x"):rep(129) })
refused('name: "mcp__x" is kept for tools of MCP servers', { name = "mcp__x" })
refused('name: "mcp" is kept', { name = "mcp" })
make { name = "mcp_x" }
for _, name in ipairs { "exec_command", "apply_patch", "update_goal", "web_search", "exec-command" } do
  refused(
    ("name: %q is that of a tool of Codex's own, which would be called in its place"):format(name),
    { name = name }
  )
end

-- Schemas.
local function schema(text, input)
  refused("codex.tool: input" .. text, { input = input })
end
schema(
  ': a tool is called with named arguments, so its schema must have type = "object"',
  { type = "string" }
)
schema(": a tool is called with named", { properties = { id = {} } })
schema(' is no JSON schema: /type: "objekt" is no type', { type = "objekt" })
schema(" is no JSON schema: /properties/id/type", { type = "object", properties = { id = { type = 7 } } })
schema(
  ' is no JSON schema: /required: {} is not of type "array"; an empty list is json.array {}',
  { type = "object", required = {} }
)
make { input = { type = "object", required = json.array() } }
local function property(text, id)
  schema(" is no JSON schema: " .. text, { type = "object", properties = { id = id } })
end
property(
  "it refers to http://127.0.0.1:1/x.json, and nothing is fetched",
  { ["$ref"] = "http://127.0.0.1:1/x.json" }
)
property("it refers to ", { ["$ref"] = "file:///etc/passwd" })
property("", { type = "string", pattern = "(" })
make {
  input = {
    type = "object",
    properties = { id = { ["$ref"] = "#/$defs/id" } },
    ["$defs"] = { id = { type = "integer" } },
  },
}
refused("input must be a table of names and values, at properties.id", {
  input = { type = "object", properties = { id = print } },
})

-- Several under one name.
local one = make {}
local function several(text, options)
  local whole = { name = "desk", description = "x", tools = { one } }
  for key, value in pairs(options) do
    whole[key] = value
  end
  check.raises("usage", text, codex.tools, whole)
end
check.equal(tostring(codex.tools { name = "desk", description = "x", tools = { one } }), "Tool desk")
several("tools: desk has none", { tools = {} })
several("tools must be a list of what codex.tool returns, got 7", { tools = { one, 7 } })
several("tools must be a list of what codex.tool returns, got", { tools = { x = one } })
several("tools must be a list of what codex.tool returns, got", { tools = one })
several(
  "several under one name hold no others",
  { tools = { codex.tools { name = "x", description = "x", tools = { one } } } }
)
several('name: "functions" is a name that the model\'s API has for its own tools', { name = "functions" })
several('name: "collaboration" is that of tools of Codex\'s own', { name = "collaboration" })
several('name: "mcp__x" is kept', { name = "mcp__x" })
several("has 65 characters, and may have 64", { name = ("x"):rep(65) })
several("description: 1025 characters, and Codex takes 1024", { description = ("x"):rep(1025) })
several('no option "tool"; the nearest is "tools"', { tool = one })

-- Of a thread.
local function thread(text, tools)
  check.raises("usage", text, codex.thread_start, { tools = tools })
end
thread(
  "codex.thread_start: tools must be a list of what codex.tool returns, got",
  { { name = "x", run = print } }
)
thread("codex.thread_start: tools must be a list of what codex.tool returns, got", one)
thread("codex.thread_start: tools: two are called look_up", { one, make {} })
thread(
  "tools: look_up and look-up are both look_up to models that call tools from code",
  { one, make { name = "look-up" } }
)
local function desk(name)
  return codex.tools { name = name, description = "x", tools = { one } }
end
thread("tools: two are called desk.look_up", { desk "desk", desk "desk" })
thread("desk.look_up and desk__look_up are both", { desk "desk", make { name = "desk__look_up" } })
codex.thread_start({ tools = { one, desk "one", desk "two" } }):close()
codex.thread_start({ tools = {} }):close()

-- The agent calls a Lua function: it gets what was called with, and the agent what it returns.
--@ replies: obedient
local check, json = require "check", require "std.json"

local seen = {}
local tickets = { [7] = { id = 7, title = "Broken", labels = json.array() } }
local look_up = codex.tool {
  name = "look_up",
  description = "Looks a ticket up.",
  input = { type = "object", properties = { id = { type = "integer" } }, required = { "id" } },
  run = function(args, call)
    seen[#seen + 1] = { args = args, call = call }
    return tickets[args.id]
  end,
}
check.equal(tostring(look_up), "Tool look_up")
check.equal({ look_up.name, look_up.description }, { "look_up", "Looks a ticket up." })

local thread = codex.thread_start { tools = { look_up } }
local result = thread:run 'tool: look_up {"id": 7}'
check.equal(json.decode(result.text), { id = 7, title = "Broken", labels = {} })
check.has(result.text, '"labels":[]')
check.equal(seen[1].args, { id = 7 })
check.equal(math.type(seen[1].args.id), "integer")
local item = check.items(result.items, "dynamic_tool_call")[1]
check.equal({ item.tool, item.namespace, item.status, item.success }, { "look_up", nil, "completed", true })
check.equal(seen[1].call, { id = item.id, tool = "look_up", thread_id = thread.id, turn_id = result.turn_id })
-- What is not there is null.
check.equal(thread:run('tool: look_up {"id": 8}').text, "null")

-- One of several under one name is told which, and is another than the one of no name.
local desk = codex.tools {
  name = "desk",
  description = "The help desk.",
  tools = {
    codex.tool {
      name = "look_up",
      description = "Looks a customer up.",
      run = function(args, told)
        return { namespace = told.namespace, tool = told.tool, args = args }
      end,
    },
  },
}
local both = codex.run('tool: desk.look_up {}\nlook_up {"id":7}', { tools = { look_up, desk } })
local first, second = both.text:match "^(.-)\n(.*)$"
check.equal(json.decode(first), { namespace = "desk", tool = "look_up", args = {} })
check.equal(json.decode(second).title, "Broken")
-- Without `input` it is called with nothing.
check.has(
  codex.run('tool: desk.look_up {"id":7}', { tools = { desk } }).text,
  "desk.look_up was not run, since its arguments do not fit its input:\nAdditional properties are not allowed"
)

-- A model that calls tools from code calls them too.
local code =
  [[const list = await Promise.all([tools.look_up({ id: 7 }), tools.desk__look_up({})]); text(list.join(" "))]]
local coded = codex.run("code: " .. code, { tools = { look_up, desk }, model = "gpt-5.6-sol" })
check.has(coded.text, '"title":"Broken"')
check.has(coded.text, '"namespace":"desk"')

-- Tools: the agent looks tickets up, and answers them, through functions of this script.
--
--   codex-lua run scripts/tools.lua "What is wrong with the login, and who reported it?"
--   codex-lua run --offline=scripts/replies/tickets.lua scripts/tools.lua
--
-- It keeps them in a table; a real one would ask your tracker here, with its key. The agent never sees that key.

local tickets = {
  [7] = { id = 7, title = "Login fails after a password reset", reporter = "ana", status = "open" },
  [8] = { id = 8, title = "Typo on the start page", reporter = "ben", status = "open" },
}
local id = { type = "integer", minimum = 1, description = "number of the ticket" }

-- What the agent calls it with has been checked against `input` before this runs.
local look_up = codex.tool {
  name = "look_up",
  description = "The ticket of this number.",
  input = { type = "object", properties = { id = id }, required = { "id" }, additionalProperties = false },
  run = function(args)
    local ticket = tickets[args.id]
    if not ticket then
      return nil, ("there is no ticket %d"):format(args.id) -- the call fails, and the agent is told why
    end
    return ticket
  end,
}

local search = codex.tool {
  name = "search",
  description = "Numbers and titles of the tickets with this text in their title.",
  input = { type = "object", properties = { text = { type = "string" } }, required = { "text" } },
  run = function(args)
    local found = require("std.json").array()
    for number, ticket in pairs(tickets) do
      if ticket.title:lower():find(args.text:lower(), 1, true) then
        found[#found + 1] = { id = number, title = ticket.title }
      end
    end
    return found
  end,
  timeout = "10s",
}

local thread <close> = codex.thread_start {
  sandbox = "read-only",
  tools = {
    codex.tools {
      name = "tickets",
      description = "The tickets of our help desk.",
      tools = { look_up, search },
    },
  },
}
for event in thread:stream(arg[1] or "What is wrong with the login, and who reported it?") do
  local item = event.type == "item.completed" and event.item
  if item and item.type == "dynamic_tool_call" then
    local given = item.content_items[1]
    print(("%s.%s %s: %s"):format(item.namespace, item.tool, item.status, given and given.text or ""))
  elseif item and item.type == "agent_message" then
    print(item.text)
  end
end

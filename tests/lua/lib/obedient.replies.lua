-- A model that does what the turn's text says:
--   $ command          runs it, and then says what the command printed
--   $! command         the same, asking to leave the sandbox
--   each!: one; two    runs both in one answer, asking to leave the sandbox for each
--   question           asks the user two questions (`features.default_mode_request_user_input`)
--   permissions path   asks for the network and to write there (`features.request_permissions_tool`)
--   mcp: text          has the MCP server `form` ask the user that (lib/form_server.lua)
--   & command          runs it, and does not wait for its end
--   patch: text        applies it, and then says what the tool said
--   slowly: words      says them with a pause after each
--   silent             begins an answer and never goes on
--   drop               breaks the connection in the middle of an answer
--   error 429          answers with this HTTP status
--   failed code        ends its answer with this failure
--   settings           says with which model and effort it was asked
--   echo anything      says that
--   tool: name {…}     calls that tool (or namespace.name) with this JSON; each further line calls another in the same
--                      answer. Then says what they gave, each on a line of its own
--   code: JavaScript   runs it, for models that call tools from code, and then says what came of it
--   agent: text        spawns a subagent that is told the text, waits for its end, and then says what that gave
--   agent& text        spawns one likewise, and does not wait
--   again: text        tells the text to the subagent that was spawned last, and waits likewise
-- and says "ok" to everything else.
--
-- A subagent does in the same way what it is told: "agent: $ sleep 1000" has one run a command. They are of Codex's
-- first kind (`multi_agent_v1`), for which no option is needed; with `-c features.multi_agent_v2=true`, or the same
-- in a thread's `config`, of its second. Those of the first kind spawn their own ("agent: agent: $ sleep 1000")
-- with `-c agents.max_depth=2`, those of the second never.

local QUESTIONS = {
  {
    id = "colour",
    header = "Colour",
    question = "Which colour?",
    options = { { label = "red", description = "as blood" }, { label = "blue", description = "as the sea" } },
  },
  {
    id = "owner",
    header = "Owner",
    question = "Whose?",
    options = { { label = "mine", description = "of one" }, { label = "ours", description = "of many" } },
  },
}

-- The text by which a subagent of the second kind is told its task, when that is what `item` is.
local function task(item)
  if item.type == "agent_message" and item.content[1].text:find("NEW_TASK", 1, true) then
    return item.content[2].encrypted_content
  end
end

-- What the model was told last, and what tools gave since then.
local function told(request)
  if request.text then
    return request.text, request.tool_outputs
  end
  local items = request.body.input
  for i = #items, 1, -1 do
    local text = task(items[i])
    if text then
      return text, i < #items and request.tool_outputs or {}
    end
  end
  return "", request.tool_outputs
end

-- What the first kind, or else the second, calls the subagent that was spawned last.
local function spawned_last(request)
  local items = request.body.input
  for i = #items, 1, -1 do
    local output = items[i].type == "function_call_output" and items[i].output
    local name = type(output) == "string"
      and (output:match '"agent_id":"([^"]+)"' or output:match '"task_name":"([^"]+)"')
    if name then
      return name
    end
  end
end

-- Calls of tools of the client, a line each: `name {…}` or `namespace.name {…}`.
local function calls(text)
  local json, list = require "std.json", {}
  for line in text:gmatch "[^\n]+" do
    local namespace, name, input = line:match "^([%w_-]-)%.?([%w_-]+) (.*)$"
    list[#list + 1] =
      { namespace = namespace ~= "" and namespace or nil, call = name, input = json.decode(input) }
  end
  return list
end

-- Calls a tool for subagents, of the kind that the model is offered: the first, or the second.
local function collaborate(request, first, second)
  for _, tool in ipairs(request.body.tools) do
    if tool.name == "collaboration" then
      return { namespace = tool.name, call = second.call, input = second.input }
    end
  end
  return { namespace = "multi_agent_v1", call = first.call, input = first.input }
end

return function(request)
  if request.kind == "compaction" then
    return "what was said so far"
  end
  local text, outputs = told(request)
  local verb, rest = text:match("^(%S+)%s*(.*)$")
  local last = outputs[#outputs]
  local refused = last and last.text ~= "" and last.text:sub(1, 1) ~= "{"
  if last and (verb == "agent:" or verb == "again:") and last.name ~= "wait_agent" and not refused then
    local wait, long = "wait_agent", 3600000
    return collaborate(
      request,
      { call = wait, input = { targets = { spawned_last(request) }, timeout_ms = long } },
      { call = wait, input = { timeout_ms = long } }
    )
  elseif last and verb == "tool:" then
    local texts = {}
    for place, output in ipairs(outputs) do
      texts[place] = output.text
    end
    return table.concat(texts, "\n")
  elseif last then
    return last.text
  elseif verb == "tool:" then
    return calls(rest)
  elseif verb == "code:" then
    return { call = "exec", input = rest }
  elseif verb == "agent:" or verb == "agent&" then
    local name = ("agent_%s_%d"):format(request.thread_id:sub(-8), request.number)
    return collaborate(
      request,
      { call = "spawn_agent", input = { message = rest } },
      { call = "spawn_agent", input = { message = rest, task_name = name, fork_turns = "none" } }
    )
  elseif verb == "again:" then
    local more = { target = spawned_last(request), message = rest }
    return collaborate(
      request,
      { call = "send_input", input = more },
      { call = "followup_task", input = more }
    )
  elseif verb == "$" or verb == "$!" then
    local input = { cmd = rest, login = false, yield_time_ms = 30000 }
    if verb == "$!" then
      input.sandbox_permissions = "require_escalated"
      input.justification = "for the test"
    end
    return { call = "exec_command", input = input }
  elseif verb == "each!:" then
    local calls = {}
    for command in rest:gmatch "[^;]+" do
      local escalated = { sandbox_permissions = "require_escalated", justification = "for the test" }
      escalated.cmd, escalated.login, escalated.yield_time_ms = command, false, 30000
      calls[#calls + 1] = { call = "exec_command", input = escalated }
    end
    return calls
  elseif verb == "question" then
    return { call = "request_user_input", input = { questions = QUESTIONS } }
  elseif verb == "permissions" then
    local wanted = { network = { enabled = true }, file_system = { write = { rest } } }
    return { call = "request_permissions", input = { reason = "for the test", permissions = wanted } }
  elseif verb == "mcp:" then
    return { namespace = "mcp__form", call = "ask", input = { text = rest } }
  elseif verb == "&" then
    return { call = "exec_command", input = { cmd = rest, login = false, yield_time_ms = 250 } }
  elseif verb == "patch:" then
    return { patch = rest }
  elseif verb == "slowly:" then
    return { text = rest, slow = "20ms" }
  elseif verb == "silent" then
    return { silent = true }
  elseif verb == "drop" then
    return { drop = true, text = "one two three four" }
  elseif verb == "error" then
    return { error = tonumber(rest) }
  elseif verb == "failed" then
    return { failed = rest }
  elseif verb == "settings" then
    return ("%s %s"):format(request.model, request.effort)
  elseif verb == "echo" then
    return rest
  end
  return "ok"
end

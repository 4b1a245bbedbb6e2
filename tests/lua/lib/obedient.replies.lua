-- A model that does what the turn's text says:
--   $ command          runs it, and then says what the command printed
--   $! command         the same, asking to leave the sandbox
--   & command          runs it, and does not wait for its end
--   patch: text        applies it, and then says what the tool said
--   slowly: words      says them with a pause after each
--   silent             begins an answer and never goes on
--   drop               breaks the connection in the middle of an answer
--   error 429          answers with this HTTP status
--   failed code        ends its answer with this failure
--   settings           says with which model and effort it was asked
--   echo anything      says that
--   agent: text        spawns a subagent that is told the text, waits for its end, and then says what that gave
--   agent& text        spawns one likewise, and does not wait
-- and says "ok" to everything else.
--
-- A subagent does in the same way what it is told: "agent: $ sleep 1000" has one run a command. They are of Codex's
-- first kind (`multi_agent_v1`), for which no option is needed; with `-c features.multi_agent_v2=true`, or the same
-- in a thread's `config`, of its second. Those of the first kind spawn their own ("agent: agent: $ sleep 1000")
-- with `-c agents.max_depth=2`, those of the second never.

-- The text of a message by which a subagent of the second kind is told its task.
local function task(items)
  for i = #items, 1, -1 do
    local item = items[i]
    if item.type == "agent_message" and item.content[1].text:find("NEW_TASK", 1, true) then
      return item.content[2].encrypted_content
    end
  end
end

-- Calls a tool for subagents, of the kind that the model is offered.
local function collaborate(request, name, first, second)
  for _, tool in ipairs(request.body.tools) do
    if tool.name == "collaboration" then
      return { call = name, namespace = tool.name, input = second }
    end
  end
  return { call = name, namespace = "multi_agent_v1", input = first }
end

return function(request)
  if request.kind == "compaction" then
    return "what was said so far"
  end
  local outputs, text = request.tool_outputs, request.text or task(request.body.input) or ""
  local verb, rest = text:match("^(%S+)%s*(.*)$")
  local last = outputs[#outputs]
  if last and last.name == "spawn_agent" and verb == "agent:" and last.text:sub(1, 1) == "{" then
    local id = last.text:match('"agent_id":"([^"]+)"')
    return collaborate(request, "wait_agent", { targets = { id }, timeout_ms = 3600000 }, { timeout_ms = 3600000 })
  elseif last then
    return last.text
  elseif verb == "agent:" or verb == "agent&" then
    local name = "agent" .. request.thread_id:sub(-8)
    return collaborate(request, "spawn_agent", { message = rest }, { message = rest, task_name = name, fork_turns = "none" })
  elseif verb == "$" or verb == "$!" then
    local input = { cmd = rest, login = false, yield_time_ms = 30000 }
    if verb == "$!" then
      input.sandbox_permissions = "require_escalated"
      input.justification = "for the test"
    end
    return { call = "exec_command", input = input }
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

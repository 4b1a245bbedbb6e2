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
-- and says "ok" to everything else.
return function(request)
  if request.kind == "compaction" then
    return "what was said so far"
  end
  local outputs, text = request.tool_outputs, request.text or ""
  if #outputs > 0 then
    return outputs[#outputs].text
  end
  local verb, rest = text:match("^(%S+)%s*(.*)$")
  if verb == "$" or verb == "$!" then
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

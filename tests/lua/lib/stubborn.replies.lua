-- A model that is told its answers: "answers: A ~ B ~ C" gets A, and what is asked after it gets B, then C. An answer
-- is its text, or
--   NOTHING        it says nothing
--   TOLD           JSON of what it was told, and with which schema, strictness, model and effort
--   SILENT         it begins to answer and never goes on
--   FAIL           it refuses
--   RUN command    it runs a command, and goes on with the next answer
local json = require "std.json"

local answers = {}

local function split(text)
  local list = {}
  for answer in (text .. " ~ "):gmatch "(.-) ~ " do
    list[#list + 1] = answer
  end
  return list
end

local function told(request)
  local format = request.body.text and request.body.text.format or {}
  return json.encode {
    text = request.text,
    schema = format.schema or json.null,
    strict = format.strict or json.null,
    model = request.model,
    effort = request.effort or json.null,
  }
end

return function(request)
  local script = request.text and request.text:match "^answers: (.*)$"
  if script and #request.tool_outputs == 0 then
    answers[request.thread_id] = split(script)
  end
  local answer = table.remove(answers[request.thread_id], 1) or error "no answer is left"
  if answer == "NOTHING" then
    return { reasoning = "hm" }
  elseif answer == "TOLD" then
    return told(request)
  elseif answer == "SILENT" then
    return { silent = true }
  elseif answer == "FAIL" then
    return { error = 400, message = "Invalid schema" }
  elseif answer:match "^RUN " then
    return { call = "exec_command", input = { cmd = answer:sub(5), login = false } }
  end
  return { text = answer, usage = { input_tokens = 10, output_tokens = 1 } }
end

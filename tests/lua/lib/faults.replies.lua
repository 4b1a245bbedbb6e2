-- A model that goes wrong: "fault NAME" has the reply of that name here, anything else is answered with "ok".
local json = require "std.json"

local function event(type, fields)
  fields.type = type
  return ("event: %s\ndata: %s\n\n"):format(type, json.encode(fields))
end

local function item(type, fields)
  fields.type = type
  return event("response.output_item.done", { output_index = 0, item = fields })
end

-- What begins and what ends an answer; without `usage` it does not say what it cost.
local function created()
  return event("response.created", { response = { id = "resp" } })
end

local function completed(usage)
  return event("response.completed", { response = { id = "resp", usage = usage } })
end

local function delta(text)
  local fields = { item_id = "msg", output_index = 0, content_index = 0, delta = text }
  return event("response.output_text.delta", fields)
end

-- One that never ends: the time that a limit takes is short beside it.
local endless = "1h"
local call = { call = "exec_command", input = { cmd = "true", login = false } }
local long = ("x"):rep(10 << 20)

local faults = {
  usage_limit = { error = 429, body = { error = { type = "usage_limit_reached", message = "no more" } } },
  no_credit = { failed = "insufficient_quota" },
  context = { failed = "context_length_exceeded" },
  rate = { failed = "rate_limit_exceeded", message = "try again in 1ms" },
  capacity = { failed = "server_is_overloaded" },
  safety = { failed = "cyber_policy" },
  no_prompt = { failed = "invalid_prompt" },
  server_error = { failed = "server_error" },
  brand_new = { failed = "of_a_later_model" },
  retry_after = { error = 503, headers = { ["retry-after"] = "1" } },

  dropped = { drop = true, text = "one two three four" },
  dropped_after_reasoning = { { reasoning = "hm" }, { drop = true, text = "one two" } },
  empty = { raw = "" },
  no_stream = { raw = "<p>Sign in to this network", headers = { ["content-type"] = "text/html" } },
  no_end = { "one two", { raw = "" } },
  half_an_event = { "one two", { raw = 'event: response.completed\ndata: {"type":"resp' } },
  cut_short = { "one two", { raw = event("response.incomplete", { response = { id = "resp" } }) } },

  no_json = { { raw = created() .. "data: {no json\n\n: a comment\n\n" }, "fine" },
  unknown_event = { { raw = created() .. event("response.of_a_later_model", { x = 1 }) }, "fine" },
  no_usage = { "fine", { raw = completed() } },
  huge_event = {
    raw = table.concat {
      created(),
      event("response.output_item.added", {
        output_index = 0,
        item = { type = "message", id = "msg", role = "assistant", content = json.array {} },
      }),
      delta(long),
      item("message", {
        id = "msg",
        role = "assistant",
        content = { { type = "output_text", text = long } },
      }),
      completed(),
    },
  },
  unknown_tool = { call = "no_such_tool", input = { a = 1 } },
  broken_arguments = {
    raw = created()
      .. item("function_call", { id = "fc", call_id = "c", name = "exec_command", arguments = "{no json" })
      .. completed(),
  },

  silent_before_it_begins = { error = 500, delay = endless },
  silent = { silent = true },
  silent_in_a_message = { text = "one two", slow = endless },
  silent_in_reasoning = { reasoning = "one two", slow = endless },
  silent_after_a_call = { call, { silent = true } },
  silent_after_a_result = call,
  silent_command = {
    call = "exec_command",
    input = { cmd = "sleep 1000", login = false, yield_time_ms = 30000 },
  },

  trickle = { text = ("word "):rep(1000), slow = "50ms" },
  calls_without_end = { call = "no_such_tool", input = { a = 1 } },
}

local after_a_call = {
  unknown_tool = true,
  broken_arguments = true,
  silent_after_a_result = { silent = true },
}

return function(request)
  local name = (request.text or ""):match "^fault (.*)$"
  local status = name and tonumber(name:match "^%d+$")
  if not name then
    return "ok"
  elseif status then
    return { error = status, message = "attempt " .. request.number }
  elseif #request.tool_outputs > 0 and after_a_call[name] then
    local reply = after_a_call[name]
    return reply == true and "it said: " .. request.tool_outputs[1].text or reply
  end
  return faults[name] or error("no fault " .. name)
end

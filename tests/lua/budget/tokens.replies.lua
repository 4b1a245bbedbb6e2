return function(request)
  if #request.tool_outputs > 0 then
    return { text = "done", usage = { input_tokens = 50, cached_input_tokens = 40, output_tokens = 10 } }
  end
  local tokens = tonumber(request.text)
  if not tokens then
    return {
      call = "exec_command",
      input = { cmd = "true", login = false },
      usage = { input_tokens = 90, output_tokens = 10 },
    }
  end
  return { text = "said", usage = { input_tokens = tokens - 1, output_tokens = 1 } }
end

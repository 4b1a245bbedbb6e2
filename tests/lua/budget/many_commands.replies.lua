return function(request)
  if #request.tool_outputs > 0 then
    return "done"
  end
  local calls = {}
  for place = 1, 6 do
    local cmd = ("echo $$ > pid%d; sleep 1000"):format(place)
    calls[place] = { call = "exec_command", input = { cmd = cmd, login = false, yield_time_ms = 250 } }
  end
  return calls
end

-- Says which tools it is offered: names, and namespaces with a dot at their end.
return function(request)
  local names = {}
  local function add(tools)
    for _, tool in ipairs(tools) do
      if tool.type == "namespace" then
        names[#names + 1] = tool.name .. "."
        if tool.name == "functions" then
          add(tool.tools)
        end
      elseif
        tool.type == "function"
        or tool.type == "custom"
        or tool.type == "tool_search"
        or tool.type == "web_search"
      then
        names[#names + 1] = tool.name or tool.type
      end
    end
  end
  add(request.body.tools or {})
  for _, item in ipairs(request.body.input) do
    add(item.type == "additional_tools" and item.tools or {})
  end
  return table.concat(names, " ")
end

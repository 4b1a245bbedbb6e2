-- Says what the model was sent of the last message.
return function(request)
  local found = {}
  for _, item in ipairs(request.body.input) do
    if item.role == "user" then
      for _, part in ipairs(item.content) do
        found[#found + 1] = part.type .. " " .. tostring(part.text or part.image_url)
      end
    end
  end
  return table.concat(found, "\n")
end

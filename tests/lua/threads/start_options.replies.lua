-- Says what of the thread's options reached the model.
return function(request)
  local texts = {}
  for _, item in ipairs(request.body.input) do
    if item.role == "developer" or item.role == "user" then
      for _, part in ipairs(item.content) do
        texts[#texts + 1] = part.text
      end
    end
  end
  return ("model %s, effort %s\n%s\n%s"):format(
    request.model,
    request.effort,
    request.body.instructions,
    table.concat(texts, "\n")
  )
end

-- Replies for --offline: a reviewer that finds each TODO that a diff adds. It stands in for the model, so that
-- review_commit.lua can be tried and tested without one.
local json = require "std.json"

return function(request)
  local findings, file = json.array {}, nil
  local line = 0 ---@type number
  for text in (request.text or ""):gmatch "[^\n]+" do
    file = text:match "^%+%+%+ b/(.*)" or file
    line = tonumber(text:match "^@@ %-[%d,]+ %+(%d+)") or line
    if text:find "^%+[^+].*TODO" then
      findings[#findings + 1] =
        { severity = "risk", file = file, line = line, message = "left to do: " .. text:match "TODO.*" }
    end
    if text:find "^[ +]" and not text:find "^%+%+%+ " then
      line = line + 1
    end
  end
  return json.encode { findings = findings }
end

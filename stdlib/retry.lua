-- Runs a function again when it failed, where it may await.
local plan = ...
local error, pcall, select, unpack = error, pcall, select, table.unpack

local function pack(ok, ...)
  return ok, { n = select("#", ...), ... }
end

return function(run, ...)
  local tries, decide, may_again, wait = plan(run, ...)
  for try = 1, tries do
    local ok, values = pack(pcall(run, try))
    if ok then
      return unpack(values, 1, values.n)
    end
    local raised = values[1]
    if try == tries or not may_again(raised) or (decide and not decide(raised, try)) then
      error(raised, 0)
    end
    wait(try)
  end
end

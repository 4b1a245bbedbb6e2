-- A handle that closes ends the whole tree; a collection ends nothing.
local check = require "check"
local process = require "std.process"

local function far()
  return "setsid -f setsid -f sh -c 'echo $$; exec sleep 1000'; exec sleep 1000"
end

local pid, inner
do
  local held <close> = process.spawn { "sh", "-c", far() }
  pid, inner = held.pid, math.tointeger(held:read "n")
  check.equal({ check.runs(pid), check.runs(inner) }, { true, true })
end
check.eventually("both are ended", function()
  return not check.runs(pid) and not check.runs(inner)
end)

-- Also what is left when the command itself has ended.
local left = process.spawn { "sh", "-c", "sleep 1000 & echo $!" }
local leftover = math.tointeger(left:read "n")
check.equal(left:wait(), { code = 0 })
check.equal(check.runs(leftover), true)
left:close()
check.eventually("what it left is ended", function()
  return not check.runs(leftover)
end)

do
  process.spawn { "sh", "-c", "echo $$ > pid; cat; touch input_ended; exec sleep 1000" }
end
check.eventually("it runs", function()
  return check.exists "pid" and check.read "pid" ~= ""
end)
collectgarbage()
collectgarbage()
process.run { "true" }
check.equal(check.runs(tonumber(check.read "pid")), true)
check.equal(check.exists "input_ended", false)

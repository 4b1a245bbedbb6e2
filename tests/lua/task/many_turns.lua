-- A turn on each of 200 threads of one server, from one `map`.
--@ options: -c features.shell_snapshot=false
local check, task = require "check", require "std.task"

local numbers = {}
for n = 1, 200 do
  numbers[n] = n
end
local results = task.map(numbers, function(n)
  local thread <close> = codex.thread_start { ephemeral = true, sandbox = "read-only" }
  return thread:run("number " .. n).text
end)
for n = 1, 200 do
  check.has(results[n], ('"number %d"'):format(n))
end
check.equal(#results, 200)

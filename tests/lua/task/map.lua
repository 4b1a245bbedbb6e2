-- A function for each entry: results in order, never more at once than said, errors raised or collected.
local check, task = require "check", require "std.task"

local running, most = 0, 0
local results, errors = task.map({ 30, 20, 10, 1, 1 }, function(time, place)
  running = running + 1
  most = math.max(most, running)
  task.sleep(time / 1000)
  running = running - 1
  return place .. ":" .. time, "not this"
end, { limit = 2 })
check.equal({ results, errors, most }, { { "1:30", "2:20", "3:10", "4:1", "5:1" }, {}, 2 })

results = task.map({ 1, 2, 3 }, function(n)
  running = running + 1
  task.yield()
  return running * n
end)
check.equal(results, { 3, 6, 9 })
check.equal({ task.map({}, error) }, { {}, {} })

-- What an entry spawned belongs to it.
local done = {}
task.map({ "a", "b" }, function(name)
  task.spawn(function()
    task.sleep "5ms"
    done[#done + 1] = name
  end)
end, { limit = 1 })
check.equal(done, { "a", "b" })

-- The first error cancels what runs, and no more is begun.
local begun, closed = {}, 0
local function fails(n)
  begun[n] = true
  local closer <close> = setmetatable({}, {
    __close = function()
      closed = closed + 1
    end,
  })
  if n == 2 then
    task.sleep "5ms"
    error { kind = "mine", message = "two" }
  end
  task.sleep "1h"
end
local err = check.raises("mine", "two", task.map, { 1, 2, 3, 4 }, fails, { limit = 3 })
check.equal({ begun, closed, err.message }, { { true, true, true }, 3, "two" })

results, errors = task.map({ 1, 2, 3, 4 }, function(n)
  if n == 2 then
    error { kind = "mine", message = "two" }
  elseif n == 3 then
    task.spawn(error, "in a child")
    task.sleep "1h"
  end
  return n
end, { on_error = "collect" })
check.equal({ results, errors[2].message, errors[3] }, { { 1, nil, nil, 4 }, "two", "in a child" })

check.raises("usage", "task.map: the list must be a table, got nil", task.map)
check.raises("usage", "task.map: what to call must be a function, got nil", task.map, {})
check.raises("usage", "task.map: the list must be one, but 3 is a key in it", task.map, { 1, [3] = 3 }, print)
check.raises("usage", "task.map: limit must be a whole number", task.map, {}, print, { limit = 1.5 })
check.raises("usage", "task.map: with a limit of 0 nothing runs", task.map, {}, print, { limit = 0 })
check.raises(
  "usage",
  'on_error must be "cancel" or "collect", got "stop"',
  task.map,
  {},
  print,
  { on_error = "stop" }
)
check.raises("usage", 'no option "limt"; the nearest is "limit"', task.map, {}, print, { limt = 1 })

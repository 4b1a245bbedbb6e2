-- Several things at once: each is served in turn, and all of it is closed when the loop is left.
local check, files = require "check", require "files"
local task, watch = require "std.task", require "std.watch"

-- Channels, tasks and functions, until all have ended.
local one, two = task.channel(3), task.channel(3)
for n = 1, 3 do
  one:send(n)
  two:send(-n)
end
one:close()
two:close()
local calls, seen = 0, { one = {}, two = {}, calls = {} }
for name, value, more in
  task.select {
    one = one,
    two = two,
    task = task.spawn(function()
      task.yield()
      return "value", "more"
    end),
    none = task.spawn(print),
    calls = function()
      calls = calls + 1
      return calls < 4 and calls or nil
    end,
  }
do
  if name == "task" then
    check.equal({ value, more }, { "value", "more" })
    seen.task = true
  elseif name == "none" then
    seen.none = value == nil
  else
    table.insert(seen[name], value)
  end
end
check.equal(seen, { one = { 1, 2, 3 }, two = { -1, -2, -3 }, calls = { 1, 2, 3 }, task = true, none = true })
for _ in task.select {} do
  error "nothing comes"
end

-- None starves another, however much it has.
local much, little = task.channel(100), task.channel(1)
for n = 1, 100 do
  much:send(n)
end
little:send "at last"
local taken = 0
for name in task.select { much = much, little = little } do
  taken = taken + 1
  if name == "little" then
    break
  end
end
assert(taken <= 2, taken)
check.equal({ much.closed, little.closed }, { true, true })

-- A watcher, a task and a channel: leaving the loop ends them, and what waits for them.
files.write("a", "1")
local watcher = watch.files "."
local commands, sleeper = task.channel(), task.spawn(task.sleep, "1h")
task.spawn(function()
  files.write("b", "1")
  commands:send "stop"
end)
local paths, stop
for name, value in task.select { changed = watcher, command = commands, sleeper = sleeper } do
  if name == "changed" then
    paths = value.paths
  else
    stop = value
  end
  if paths and stop then
    break
  end
end
check.equal({ paths, stop, commands.closed }, { { "b" }, "stop", true })
check.raises("closed", "the watcher is closed", watcher.sync, watcher)
check.raises("cancelled", nil, sleeper.await, sleeper)

-- A list names its sources by place, and holds the end of a call once.
for place, batch in task.select { task.channel(), watch.files(".", { initial = true }) } do
  check.equal({ place, #batch.paths }, { 2, 2 })
  break
end

-- An error of a source is the loop's, and closes the rest.
local other = task.channel()
check.equal({
  pcall(function()
    for _ in
      task.select {
        other = other,
        bad = function()
          task.sleep "1ms"
          error("broken", 0)
        end,
      }
    do
    end
  end),
}, { false, "broken" })
check.equal(other.closed, true)
check.raises("cancelled", "the task was cancelled", function()
  local cancelled = task.spawn(task.sleep, "1h")
  cancelled:cancel()
  for _ in task.select { cancelled } do
  end
end)

-- So does an error in the loop, and the end of its task.
local left = task.channel(1)
left:send(1)
check.equal({
  pcall(function()
    for _ in task.select { left = left } do
      error("mine", 0)
    end
  end),
}, { false, "mine" })
check.equal(left.closed, true)
local inner, function_closed = task.channel(), false
local loop = task.spawn(function()
  for _ in
    task.select {
      inner = inner,
      calls = function()
        local closer <close> = setmetatable({}, {
          __close = function()
            function_closed = true
          end,
        })
        task.sleep "1h"
      end,
    }
  do
  end
end)
task.sleep "5ms"
loop:cancel()
check.raises("cancelled", nil, loop.await, loop)
check.equal({ inner.closed, function_closed }, { true, true })

-- What is held is walked step by step, and closes with its block or its task.
local steps = task.channel(2)
do
  local held <close> = task.select { steps = steps }
  steps:send "a"
  steps:send "b"
  check.equal({ held() }, { "steps", "a" })
  check.equal({ held() }, { "steps", "b" })
end
check.equal(steps.closed, true)
local kept = task.channel()
task
  .spawn(function()
    Held = task.select {
      function()
        return kept:recv()
      end,
    }
  end)
  :await()
check.equal(kept.closed, false)
Held:close()
Held:close()

check.raises(
  "usage",
  "task.select: what to wait for must be a table of names and sources, got nil",
  task.select
)
check.raises(
  "usage",
  'the source "x" must be an iterator, a channel, a task or a function, got 1',
  task.select,
  { x = 1 }
)
check.raises("usage", "the source 1 must be an iterator", task.select, { {} })
check.raises("usage", "task.select takes 1 argument", task.select, {}, {})
check.raises("usage", "this task cannot end before", function()
  local own
  own = task.spawn(function()
    task.select { own }
  end)
  own:await()
end)

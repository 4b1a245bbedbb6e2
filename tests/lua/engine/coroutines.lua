-- A script's own coroutines may await, in every way in which coroutines nest.
local check = require "check"
local task = require "std.task"

-- As an iterator over a stream.
local thread = codex.thread_start()
local words = coroutine.wrap(function()
  for event in thread:stream("hi") do
    if event.text then
      coroutine.yield(event.text)
    end
  end
end)
local text = {}
for word in words do
  text[#text + 1] = word
end
check.has(table.concat(text), 'You said: "hi"')

-- Values go both ways past an await; nested; with an await on either side of a yield.
local co = coroutine.create(function(a)
  task.sleep(0)
  local inner = coroutine.wrap(function(x)
    task.yield()
    local y = coroutine.yield(x + 1)
    task.sleep("1ms")
    return y * 2
  end)
  local b = coroutine.yield(inner(a))
  task.yield()
  return inner(b), "end"
end)
check.equal({ coroutine.resume(co, 1) }, { true, 2 })
check.equal(coroutine.status(co), "suspended")
check.equal({ coroutine.resume(co, 5) }, { true, 10, "end" })
check.equal(coroutine.status(co), "dead")
check.equal({ coroutine.resume(co) }, { false, "cannot resume dead coroutine" })

-- Errors after an await, caught inside, by resume, and through wrap.
local failing = coroutine.create(function()
  local caught = select(
    2,
    pcall(function()
      task.yield()
      error "inner"
    end)
  )
  task.yield()
  error({ kind = "mine", message = caught })
end)
local ok, err = coroutine.resume(failing)
check.equal({ ok, err.kind }, { false, "mine" })
check.has(err.message, "inner")
local raised = check.raises(
  "usage",
  "no option",
  coroutine.wrap(function()
    task.yield()
    codex.thread_start { nonsense = 1 }
  end)
)
check.has(raised.traceback, "coroutines.lua")

-- Closed while suspended, and left behind while its body awaits.
local closed = {}
local function closer(name)
  return setmetatable({}, {
    __close = function()
      closed[#closed + 1] = name
    end,
  })
end
local held = coroutine.create(function()
  local c <close> = closer "held"
  task.yield()
  coroutine.yield()
end)
coroutine.resume(held)
check.equal(coroutine.close(held), true)
check.equal(closed, { "held" })
for _ in
  coroutine.wrap(function()
    task.yield()
    coroutine.yield(1)
  end)
do
  break
end

-- Cancelled while a coroutine in a coroutine awaits.
closed = {}
local running = task.spawn(function()
  local a <close> = closer "a"
  coroutine.wrap(function()
    local b <close> = closer "b"
    coroutine.wrap(function()
      local c <close> = closer "c"
      pcall(task.sleep, "1h")
      closed[#closed + 1] = "went on"
    end)()
    closed[#closed + 1] = "went on"
  end)()
  closed[#closed + 1] = "went on"
end)
task.sleep("5ms")
running:cancel()
pcall(running.await, running)
check.equal(closed, { "c", "b", "a" })

-- Two tasks, each with a coroutine that awaits, do not mix.
local results = {}
local tasks = {}
for i = 1, 10 do
  tasks[i] = task.spawn(function()
    local gen = coroutine.wrap(function()
      for n = 1, 3 do
        task.sleep(("%dms"):format(i % 3))
        coroutine.yield(i * 10 + n)
      end
    end)
    results[i] = gen() + gen() + gen()
  end)
end
for i, t in ipairs(tasks) do
  t:await()
  check.equal(results[i], i * 30 + 6)
end
check.equal(coroutine.isyieldable(), true)

-- A loop over every event of the server, whichever turn it belongs to.
--@ replies: obedient
local check, task = require "check", require "std.task"

-- It runs until it is left; two turns run meanwhile.
local a, b = codex.thread_start(), codex.thread_start()
task.spawn(function()
  a:run "echo one"
end)
task.spawn(function()
  b:run "echo two"
end)
local said, ends = {}, 0
for event in codex.events() do
  if event.text then
    said[event.thread_id] = (said[event.thread_id] or "") .. event.text
  elseif event.type == "turn.completed" then
    ends = ends + 1
    if ends == 2 then
      break
    end
  end
end
check.equal(said, { [a.id] = "one", [b.id] = "two" })

-- Four values, so that an inline loop closes it; filters; a handle that is held.
local handle, two, three, four = codex.events { type = "turn.*", thread = a }
check.equal({ two, three, four == handle }, { nil, nil, true })
local by_id = codex.events { thread = b.id }
local named = codex.events "turn.completed"
b:run "echo three"
a:run "echo four"
check.equal({ handle().type, handle().type }, { "turn.started", "turn.completed" })
local first, second = named(), named()
check.equal({ first.thread_id, second.thread_id }, { b.id, a.id })
local last
for event in by_id do
  check.equal(event.thread_id, b.id)
  last = event.type
  if event.type == "turn.completed" then
    break
  end
end
check.equal(last, "turn.completed")

-- Closed: the loop ends, what waits is gone, and one who waits is told.
handle:close()
check.equal(handle(), nil)
local waiting = task.spawn(function()
  local count = 0
  for _ in named do
    count = count + 1
  end
  return count
end)
task.yield()
named:close()
named:close()
check.equal(waiting:await(), 0)
b:run "echo five"
by_id:close()
check.equal(by_id(), nil)

-- A loop that waits is cancelled as any task is.
local looping = task.spawn(function()
  for _ in codex.events "thread.closed" do
    error "none comes"
  end
end)
task.yield()
looping:cancel()
check.raises("cancelled", nil, looping.await, looping)

-- Without a server nobody says anything, and none is started for that.
check.equal(codex.info().host, codex.version)

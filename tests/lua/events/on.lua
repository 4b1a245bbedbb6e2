-- A function is called with the events of the type that it named, in the order of the wire; when a turn has ended for
-- the script it has had all of them.
--@ replies: obedient
local check = require "check"

local all, items, deltas, own = {}, 0, "", 0
codex.on("*", function(event)
  all[#all + 1] = event.type
end)
local sub = codex.on("item.completed", function(event)
  check.equal(event.type, "item.completed")
  items = items + 1
end)
check.equal({ sub.active, tostring(sub) }, { true, 'Subscription of codex.on("item.completed")' })
codex.on("item.*.delta", function(event)
  deltas = deltas .. event.text
end)

local thread = codex.thread_start()
thread:on("{turn.started,turn.completed}", function(event)
  check.equal(event.thread_id, thread.id)
  own = own + 1
end)

-- As a stream tells it, and all between.
local types = {}
for event in thread:stream "echo one two three" do
  types[#types + 1] = event.type
end
check.equal({ items, deltas, own }, { 2, "one two three", 2 })
local place = 1
for _, type in ipairs(types) do
  while all[place] ~= type do
    assert(place <= #all, type .. " did not come, or in another order")
    place = place + 1
  end
  place = place + 1
end

-- Those of other threads, and what waits for a turn in other ways.
codex.run "echo four"
check.equal({ items, deltas, own }, { 4, "one two threefour", 2 })
thread:run "echo five"
check.equal({ items, deltas, own }, { 6, "one two threefourfive", 4 })
thread:turn("echo six"):result()
check.equal({ items, own }, { 8, 6 })

-- A turn that fails has been heard of too.
local failed = 0
thread:on("error", function(event)
  check.equal(event.will_retry, false)
  failed = failed + 1
end)
check.raises("turn_failed", nil, thread.run, thread, "error 400")
check.equal(failed, 1)

-- Events of no turn.
local renamed
local naming = codex.on("thread.name.updated", function(event)
  renamed = event.thread_name
end)
thread:rename "other"
check.eventually("it is told", function()
  return renamed
end)
check.equal(renamed, "other")

-- Closed, once and again.
sub:close()
sub:close()
naming:close()
check.equal({ sub.active, naming.active }, { false, false })
thread:run "echo seven"
check.equal(items, 9)
do
  local scoped <close> = codex.on("turn.completed", function()
    items = items + 100
  end)
  thread:run "echo eight"
  check.equal({ scoped.active, items }, { true, 109 })
end
thread:run "echo nine"
check.equal(items, 109)

-- A subscription that nobody holds is one all the same.
collectgarbage()
collectgarbage()
local before = own
thread:run "echo ten"
check.equal(own, before + 2)

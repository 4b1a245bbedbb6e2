-- With `when_busy = "wait"` turns of several tasks run one after another in the order of the calls; none joins another.
--@ replies: obedient
local check, task = require "check", require "std.task"

local thread = codex.thread_start { when_busy = "wait" }
local order, turns = {}, {}
local function run(name, input, options)
  return task.spawn(function()
    local result = thread:run(input or ("slowly: " .. name .. " x y"), options)
    order[#order + 1] = name
    turns[result.turn_id] = name
    return result
  end)
end
local tasks = { run "a", run "b", run("c", "settings", { effort = "high" }), run "d" }
task.yield()
local gone = run "gone"
task.yield()
gone:cancel()
for _, waiting in ipairs(tasks) do
  waiting:await()
end
check.equal(order, { "a", "b", "c", "d" })
check.has(tasks[3]:await().text, " high")
local read = thread:read({ turns = 10 }).turns
check.equal(#read, 4)
for place, name in ipairs { "d", "c", "b", "a" } do
  check.equal(turns[read[place].id], name)
end

-- What is queued with the server goes before what waits here, and in the gap between two turns nothing joins.
local first, second = thread:queue("slowly: a b"), thread:queue("echo queued")
local result = thread:run("echo waited")
check.equal({ result.text, first.status, second.status }, { "waited", "completed", "completed" })
for _, turn in ipairs(thread:read({ turns = 3 }).turns) do
  check.equal(#check.items(turn.items, "user_message"), 1)
end

-- An inline loop waits likewise, and one that is left frees the thread.
for _ = 1, 3 do
  for event in thread:stream("slowly: " .. ("word "):rep(100)) do
    if event.text then
      break
    end
  end
end
check.equal(thread:run("echo free").text, "free")

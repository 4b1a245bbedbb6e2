-- An interrupt stops the whole tree: a subagent, and the subagent of a subagent, with the commands of both.
--@ replies: obedient
--@ options: -c agents.max_depth=2
local agents, check = require "agents", require "check"

for kind, config in ipairs(agents.kinds) do
  local thread = codex.thread_start { sandbox = "full-access", config = config }
  local nested = kind == 1 -- only the first kind nests
  local turn = thread:turn(("agent: %s$ echo $$ > pid; sleep 1000"):format(nested and "agent: " or ""))
  local pid = agents.pid "pid"
  turn:interrupt()
  check.equal(turn:result().status, "interrupted")
  agents.ended(thread, nested and 2 or 1, { pid })
  -- The thread goes on.
  check.equal(thread:run("echo free").text, "free")
end

-- One that talks is cut off: the last that comes of it is its end.
local thread = codex.thread_start()
local turn = thread:turn("agent: slowly: " .. ("word "):rep(1000), { subagents = true })
local last, words = {}, 0
for event in turn:events() do
  last[event.thread_id] = event
  if event.text and event.thread_id ~= thread.id then
    words = words + 1
    turn:interrupt()
  end
end
assert(words > 0 and words < 1000)
local agent = agents.of(thread)[1].id
check.equal({ last[agent].type, last[agent].turn.status }, { "turn.completed", "interrupted" })
agents.ended(thread, 1, {})

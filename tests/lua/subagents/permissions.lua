-- What a turn's options allow, its subagents are allowed for that turn only; and secrets are withheld from them too.
--@ replies: obedient
--@ env: GITHUB_TOKEN=planted
local agents, check = require "agents", require "check"

local file = os.getenv("HOME") .. "/written"
local function written()
  return check.exists(file) and os.remove(file)
end

for _, config in ipairs(agents.kinds) do
  local thread = codex.thread_start { sandbox = "read-only", config = config }
  local write = "$ echo x > " .. file
  thread:run("agent: " .. write, { sandbox = "full-access", approval = "never" })
  assert(written(), "it might write, for its turn")
  thread:run("again: " .. write)
  assert(not written(), "what it was allowed is taken back")
  thread:run("again: " .. write, { sandbox = "full-access" })
  thread:run("again: " .. write)
  assert(not written(), "again")

  -- One that outlives its turn keeps it as long as it is busy for that turn.
  thread:run("agent& $ echo $$ > pid; while ! [ -e go ]; do sleep 0.01; done", { sandbox = "full-access" })
  agents.pid "pid"
  assert(io.open("go", "w")):close()
  check.eventually("it has ended", function()
    for _, agent in ipairs(agents.of(thread)) do
      if agent.status.type == "active" then
        return false
      end
    end
    return true
  end)
  os.remove "go"
  thread:run("again: " .. write)
  assert(not written(), "then it is taken back")

  local seen = ""
  for event in thread:stream('agent: $ echo "[$GITHUB_TOKEN|$HOME]"', { subagents = true }) do
    if event.thread_id ~= thread.id then
      seen = seen .. (event.text or "")
    end
  end
  check.has(seen, ("[|%s]"):format(os.getenv "HOME"))
end

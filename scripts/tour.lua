-- A tour in four steps: start a thread, stream a turn, resume the thread, archive it.
--
--   codex-lua run --offline scripts/tour.lua    a scripted model: no account, no network
--   codex-lua run scripts/tour.lua              your own Codex

local function step(title)
  print("\n== " .. title)
end

step "Start a thread. It is a conversation that Codex saves; here the agent may read, not write."
local thread = codex.thread_start { name = "a tour", sandbox = "read-only" }
print(("thread %s with model %s"):format(thread.id, thread.model))

step "Stream a turn: events arrive while the agent works, and the text in small pieces."
local counts = {}
for event in thread:stream "Say hello in one short sentence." do
  counts[event.type] = (counts[event.type] or 0) + 1
  io.write(event.text or "") -- only deltas of the answer have a text
end
print(("\n(in %d pieces)"):format(counts["item.agent_message.delta"] or 0))

step "Close the thread, and resume it by its id, as another script could do tomorrow."
local id = thread.id
thread:close()
thread = codex.resume(id)
local result = thread:run "What did I ask you first?"
print(result.text)
print(("%s after %.1f s, %d tokens"):format(result.status, result.duration, result.usage.total_tokens))

step "Archive it: it leaves the list of threads, and can be brought back."
codex.archive(thread)
local listed = false
for saved in codex.threads { limit = 50 } do
  listed = listed or saved.id == id
end
print("still listed: " .. tostring(listed))

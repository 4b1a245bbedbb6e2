-- codex.stream without a thread has one of its own, which closes with it; with one it is thread:stream.
local check = require "check"

local text, id = "", nil
for event in codex.stream("hi", { name = "own", summary = "concise" }) do
  text = text .. (event.text or "")
  id = event.thread_id
end
check.has(text, 'You said: "hi"')
check.equal(codex.read(id).name, "own")

local thread = codex.thread_start()
for event in codex.stream(thread, "there") do
  check.equal(event.thread_id, thread.id)
end
check.equal(codex.run(thread, "again").thread_id, thread.id)

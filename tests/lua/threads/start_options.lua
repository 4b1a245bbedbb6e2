-- What a thread is started with reaches the model, and the handle tells it.
local check = require "check"

os.execute("mkdir sub")
local thread = codex.thread_start {
  cwd = "sub",
  model = "gpt-5.4",
  effort = "high",
  base_instructions = "BASE-INSTRUCTIONS",
  developer_instructions = "DEVELOPER-INSTRUCTIONS",
  personality = "friendly",
  name = "the name",
  approval = "never",
  sandbox = "read-only",
  timeout = "1m",
  idle_timeout = 30,
  config = { ["features.web_search_request"] = false },
}
check.equal(thread.name, "the name")
check.equal(thread.model, "gpt-5.4")
check.equal(thread.model_provider, "scripted")
check.equal(thread.ephemeral, false)
check.equal(thread.forked_from_id, nil)
check.equal(thread.initial_turns, nil)
check.equal(thread.cwd, io.popen("cd sub && pwd -P"):read())
check.has(thread.path, thread.id)
local said = thread:run("hi").text
check.has(said, "model gpt-5.4, effort high")
check.has(said, "BASE-INSTRUCTIONS")
check.has(said, "DEVELOPER-INSTRUCTIONS")
check.has(said, "/sub")
check.equal(codex.read(thread.id).name, "the name")

-- An ephemeral thread works, and is never saved.
local ephemeral = codex.thread_start { ephemeral = true }
check.equal(ephemeral.ephemeral, true)
check.equal(ephemeral.path, nil)
ephemeral:run("hi")
for saved in codex.threads() do
  assert(saved.id ~= ephemeral.id)
end

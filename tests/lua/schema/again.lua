-- `schema_retries` asks again on the same thread and says what was wrong.
--@ replies: stubborn
--@ options: -c thread_unload_delay_secs=0
local check, json = require "check", require "std.json"

local thread = codex.thread_start { sandbox = "read-only", effort = "low" }
local schema = { type = "object", required = { "n" }, properties = { n = { type = "integer" } } }
local once, twice = { schema = schema, schema_retries = 1 }, { schema = schema, schema_retries = 2 }

local result = thread:run('answers: RUN true ~ {"n": "x"} ~ {"n": 1}', once)
check.equal(result.output.n, 1)
check.equal(result.text, '{"n": 1}')
check.equal(#check.items(result.items, "agent_message"), 2)
check.equal(#check.items(result.items, "command_execution"), 1)
local asked = check.items(result.items, "user_message")
check.equal(#asked, 2)
check.equal(
  asked[2].content[1].text,
  'Your answer does not fit the JSON schema that it must fit:\n- /n: it is not of type "integer"\n'
    .. "Answer again, with JSON that fits and nothing beside it."
)
local alone = thread:run 'answers: {"n": 1}'
check.equal(alone.usage.input_tokens, 10)
check.equal(thread:run("answers: {} ~ {} ~ " .. alone.text, twice).usage.input_tokens, 30)

-- With the schema and the options of the first.
local ask = { schema = { type = "object" }, schema_retries = 3, effort = "high" }
local told = thread:run("answers: Sure! ~ NOTHING ~ ```json\n{}\n``` ~ TOLD", ask).output
check.equal({ told.schema, told.strict, told.effort }, { { type = "object" }, true, "high" })
check.has(told.text, "- it is not JSON: expected value at line 1 column 1\n")
check.equal(json.decode(thread:run("answers: TOLD").text).effort, "low")

-- An answer that fits is not asked for again, and the thread of `codex.run` closes after the last one.
check.equal(#thread:run('answers: {"n": 1} ~ FAIL', twice).items, 2)
local own = codex.run('answers: [] ~ {"n": 2}', once)
check.equal(own.output.n, 2)
local saved = codex.read(own.thread_id, { turns = 5 })
check.equal({ #saved.turns, saved.turns[1].id }, { 2, own.turn_id })
check.eventually("its thread is closed", function()
  return #codex.request("thread/loaded/list", {}).data == 1
end)

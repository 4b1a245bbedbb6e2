-- An answer that does not fit raises `schema`, with what was done for it.
--@ replies: stubborn
local check = require "check"

local thread = codex.thread_start()
local schema = { type = "object", additionalProperties = false, properties = { n = { type = "integer" } } }
local function misfit(answers, problem, retries)
  local options = { schema = schema, schema_retries = retries }
  local err = check.raises("schema", nil, thread.run, thread, "answers: " .. answers, options)
  check.equal(err.errors[1], problem)
  check.equal(err.message, "the agent's answer does not fit the schema: " .. table.concat(err.errors, "; "))
  return err
end

misfit("[]", 'it is not of type "object"')
misfit("NOTHING", "it is empty")
misfit("  ", "it is empty")
misfit("{} and more", "it is not JSON: trailing characters at line 1 column 4")
misfit("```json\n{}\n```", "it is not JSON: expected value at line 1 column 1")
misfit('{"n": 1e999}', "it is not JSON: number out of range at line 1 column 11")
misfit(("["):rep(200) .. ("]"):rep(200), "it is not JSON: recursion limit exceeded at line 1 column 128")
-- Of a name that comes twice, the last counts.
misfit('{"n": 1, "n": "x"}', '/n: it is not of type "integer"')

local err = misfit('{"n": 0.5, "m": 1}', '/n: it is not of type "integer"')
check.equal(err.errors[2], "Additional properties are not allowed ('m' was unexpected)")
check.equal({ err.text, err.thread_id }, { '{"n": 0.5, "m": 1}', thread.id })
check.equal(err.usage.input_tokens, 10)
check.equal(#check.items(err.items, "agent_message"), 1)

-- As often as it was told to ask, and no more.
err = misfit("[] ~ {", "it is not JSON: EOF while parsing an object at line 1 column 1", 1)
check.equal({ err.text, err.usage.input_tokens, #err.items }, { "{", 20, 4 })
check.equal(codex.read(thread, { turns = 1 }).turns[1].id, err.turn_id)
check.equal(thread:run("answers: fine").text, "fine")

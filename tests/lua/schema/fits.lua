-- An answer that fits comes as `output`, each value what it is in JSON.
--@ replies: stubborn
local check, json = require "check", require "std.json"

local any = { type = "object" }
local thread = codex.thread_start()
local function output(answer, schema)
  local result = thread:run("answers: " .. answer, { schema = schema or any })
  check.equal(result.text, answer)
  return result.output
end

local got =
  output '{"int": 3, "whole": 3.0, "float": 0.1, "text": "ü", "yes": true, "none": null, "list": [], "map": {}}'
check.equal({ math.type(got.int), got.int }, { "integer", 3 })
check.equal({ math.type(got.whole), got.float }, { "float", 0.1 })
check.equal({ got.text, got.yes, got.none == json.null }, { "ü", true, true })
check.equal(json.encode { got.list, got.map }, "[[],{}]")
check.equal(output '{"n": 9223372036854775807}'.n, math.maxinteger)
check.equal(math.type(output '{"n": 9223372036854775808}'.n), "float")
check.equal(output '{"snakeCase": {"threadId": 1}}'.snakeCase.threadId, 1)
check.equal(output '{"twice": "x", "twice": 1}'.twice, 1)
check.equal(output(" [1, [2]] \n", { type = "array" })[2][1], 2)
check.equal(output("null", { type = "null" }) == json.null, true)
check.equal(output("7", {}), 7)
check.equal(thread:run("answers: {}").output, nil)
check.equal(codex.run("answers: [1]", { schema = { items = { type = "integer" } } }).output, { 1 })
check.equal(codex.run(thread, "answers: [1]", { schema = { items = { type = "integer" } } }).output, { 1 })

-- The model is given it as it was written, for that turn alone.
local schema = {
  type = "object",
  properties = { threadId = { type = "string" }, cases = { enum = { "a", json.null } } },
  required = json.array {},
}
local told = json.decode(thread:run("answers: TOLD", { schema = schema }).text)
check.equal(told.schema, schema)
check.equal(json.encode(told.schema.required), "[]")
check.equal(told.strict, true)
check.equal(json.decode(thread:run("answers: TOLD").text).schema == json.null, true)

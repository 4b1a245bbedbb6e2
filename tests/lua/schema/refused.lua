-- What is no schema is refused before anything is sent.
local check, json = require "check", require "std.json"

local thread = codex.thread_start()
local function refused(schema, text)
  for _, call in ipairs { thread.run, thread.stream, thread.turn } do
    check.raises("usage", text, call, thread, "hi", { schema = schema })
  end
  for _, call in ipairs { codex.run, codex.stream } do
    check.raises("usage", text, call, "hi", { schema = schema })
  end
end

refused("x", 'schema must be a table of names and values, got "x"')
refused({ "object" }, "schema must be a table of names and values, got a list")
refused({ properties = { f = print } }, "at properties.f: a function is no JSON value")
refused({ type = "strng" }, 'schema is no JSON schema: /type: "strng" is no type; those are array')
refused({ properties = { a = { minimum = "1" } } }, '/properties/a/minimum: "1" is not of type "number"')
refused({ required = {} }, '/required: {} is not of type "array"; an empty list is json.array {}')
refused({ ["$ref"] = "file:///etc/passwd" }, "it refers to file:///etc/passwd, and nothing is fetched")
refused({ pattern = "(?=a)b" }, '/pattern: "(?=a)b" is no pattern that can be used')

local _, err = pcall(thread.run, thread, "hi", { schema = json.array {} })
check.has(err.place, "refused.lua:23")
check.raises("usage", "schema_retries needs a schema", thread.run, thread, "hi", { schema_retries = 1 })
local function retries(n)
  check.raises("usage", "schema_retries must be a whole number", thread.run, thread, "hi", {
    schema = {},
    schema_retries = n,
  })
end
retries(-1)
retries(1.5)
retries "2"
check.raises("usage", 'the nearest is "schema_retries"', thread.run, thread, "hi", { schema_retry = 1 })
check.raises("usage", 'has no option "schema"', codex.thread_start, { schema = {} })

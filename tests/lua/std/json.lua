-- JSON both ways.
local check = require "check"
local json = require "std.json"

for _, text in ipairs {
  "{}",
  "[]",
  "[[],{}]",
  '{"a":[]}',
  "null",
  "[null,1]",
  "1",
  "1.5",
  "-0.5",
  '"x"',
  "true",
  '"\\u0000"',
  "9007199254740993",
} do
  check.equal(json.encode(json.decode(text)), text)
end
local read = json.decode '{"n":null,"l":[1,2.5,"ü"],"o":{"camelCase":true}}'
check.equal(read.n, json.null)
check.equal(read.missing, nil)
check.equal(#read.l, 3)
check.equal(math.type(read.l[1]), "integer")
check.equal(math.type(read.l[2]), "float")
check.equal(read.o.camelCase, true)

check.equal(json.encode { 1, 2, json.null }, "[1,2,null]")
check.equal(json.encode {}, "{}")
check.equal(json.encode(json.array {}), "[]")
check.equal(json.encode(json.array()), "[]")
check.equal(json.encode { a = { b = json.array { 1 } } }, '{"a":{"b":[1]}}')
check.equal(json.encode({ a = 1 }, { pretty = true }), '{\n  "a": 1\n}')
check.equal(json.encode 'ü\n"', '"ü\\n\\""')

check.raises("parse", "json.decode: EOF while parsing a list at line 1", json.decode, "[")
check.raises("parse", nil, json.decode, "")
check.raises("parse", nil, json.decode, "{} x")
check.raises("usage", "must be a string, got nil", json.decode)

-- What others wrote is bounded.
check.equal(json.decode("[[1]]", { depth = 2, limit = 5 }), { { 1 } })
check.raises("parse", "it nests deeper than 2 levels", json.decode, "[[{}]]", { depth = 2 })
check.raises("parse", "the text has 5 bytes, more than 4", json.decode, "[[1]]", { limit = 4 })
check.equal(json.decode("1", { depth = 0 }), 1)
check.raises("parse", nil, json.decode, ("["):rep(128) .. ("]"):rep(128))
check.raises("parse", nil, json.decode, ("["):rep(100000))
check.equal(#json.encode(json.decode(("["):rep(127) .. ("]"):rep(127))), 254)
check.raises("usage", 'has no option "size"', json.decode, "1", { size = 1 })
check.raises("usage", "json.encode: ", json.encode, { f = print })
check.raises("usage", "json.encode: ", json.encode, { 0 / 0 })
check.raises("usage", "json.encode: ", json.encode, "\xff")
check.raises("usage", "json.encode: ", json.encode, { 1, 2, x = 3 })
local loop = {}
loop.loop = loop
check.raises("usage", nil, json.encode, loop)
check.raises("usage", 'the nearest is "pretty"', json.encode, {}, { prety = true })

-- Values as text.
local check = require "check"
local inspect = require "std.inspect"

check.equal(
  inspect { name = "x\27", list = { 1, 2.5, true } },
  '{ list = { 1, 2.5, true }, name = "x\\u{1b}" }'
)
check.equal({ inspect(nil), inspect "a\nb", inspect(print) }, { "nil", '"a\\nb"', "function (built in)" })
local loop = {}
loop.loop = loop
check.equal(inspect(loop), "{ loop = <cycle> }")
check.equal(inspect({ { { 1 } } }, { depth = 2 }), "{ { {…} } }")
check.equal(inspect({ a = 1, b = 2 }, { columns = 5 }), "{\n  a = 1,\n  b = 2\n}")
check.has(inspect({ 1, 2, 3 }, { fields = 2 }), "… 1 more")
check.has(inspect({ ("x"):rep(50) }, { text = 10 }), "40 more bytes")
check.raises("usage", 'inspect has no option "width"', inspect, 1, { width = 5 })
check.raises("usage", "depth must be a whole number, not negative, got -1", inspect, 1, { depth = -1 })
check.raises("usage", "inspect takes 2 arguments, and got 3 as another", inspect, 1, {}, 3)

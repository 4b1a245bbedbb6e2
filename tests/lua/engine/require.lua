-- Required files may await; each is loaded once; loops are told; what is missing names where it was looked for.
local check = require "check"
local task = require "std.task"

-- Two tasks at once: one loads, the other waits for it.
local one = task.spawn(require, "lib.awaits")
local two = task.spawn(require, "lib.awaits")
local a, b = one:await(), two:await()
assert(rawequal(a, b) and LOADED == 1)
check.equal({ a.value, a.name }, { codex.version, "lib.awaits" })
assert(rawequal(require "lib.awaits", a))
local _, where = require "lib.nothing"
check.has(where, "lib/nothing.lua")
check.equal({ require "lib.nothing", NOTHING }, { true, 1 })

check.raises(
  "usage",
  'module "lib.loop_a" is required while it is being loaded: a loop',
  require,
  "lib.loop_a"
)

-- One that fails is loaded anew, also by one that waited for it.
local three, four = task.spawn(require, "lib.fails_once"), task.spawn(require, "lib.fails_once")
local ok, err = pcall(three.await, three)
check.equal(ok, false)
check.has(tostring(err), "fails_once.lua:4: not yet")
check.equal(four:await(), "now")

local ok, err = pcall(require, "lib.broken")
check.equal(ok, false)
check.has(err, "lib/broken.lua:1: unexpected symbol near '='")
local missing = check.raises("io", 'there is no module "no.such"; looked for ', require, "no.such")
check.has(missing.message, "/engine/no/such.lua")
check.has(missing.message, "/engine/no/such/init.lua")
package.preload["mine"] = function(name)
  task.yield()
  return { name }
end
check.equal(require "mine", { "mine" })

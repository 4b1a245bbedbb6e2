-- Where a script may await: pcall, xpcall, metamethods, iterators, load; and what it is told where it cannot.
local check = require "check"
local task = require "std.task"

local function later(value)
  task.sleep("1ms")
  return value
end
check.equal({ pcall(later, 1) }, { true, 1 })
check.equal({ xpcall(later, print, 2) }, { true, 2 })
local object = setmetatable({}, {
  __index = function(_, key)
    return later(key)
  end,
  __call = function(_, x)
    return later(x)
  end,
  __add = function(_, x)
    return later(x)
  end,
  __close = function() end,
})
check.equal({ object.key, object(3), object + 4 }, { "key", 3, 4 })
local n = 0
for i in
  function()
    n = n + 1
    return later(n <= 3 and n or nil)
  end
do
  check.equal(i, n)
end
check.equal(load("return ...")(later(5)), 5)

local ok, err = pcall(table.sort, { 3, 1, 2 }, function(a, b)
  task.yield()
  return a < b
end)
check.equal(ok, false)
check.has(tostring(err), "attempt to yield across a C-call boundary")

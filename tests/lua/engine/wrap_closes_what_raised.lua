-- A coroutine of `coroutine.wrap` that raises is closed, as in stock Lua, and its own error comes out.
local closed = false
local ok, err = pcall(coroutine.wrap(function()
  local x <close> = setmetatable({}, {
    __close = function()
      closed = true
    end,
  })
  error({ kind = "mine" })
end))
assert(not ok and err.kind == "mine" and closed)

-- A finished one cannot be resumed.
local done = coroutine.wrap(function() end)
done()
ok, err = pcall(done)
assert(not ok and err:find "dead coroutine", err)

-- What is running cannot be closed.
local co = coroutine.running()
ok, err = pcall(coroutine.close, co)
assert(not ok and err:find "cannot close a running coroutine", err)
local other = coroutine.create(function()
  coroutine.yield()
end)
coroutine.resume(other)
assert(coroutine.close(other) and coroutine.status(other) == "dead")

-- A file that is not there is no error of `loadfile`.
local chunk, why = loadfile "missing.lua"
assert(chunk == nil and why:find "missing.lua", why)

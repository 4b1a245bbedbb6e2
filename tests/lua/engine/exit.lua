-- os.exit unwinds: closers run, innermost first, no pcall and no coroutine catches it, nothing goes on.
--@ exit: 7
local function closer(name)
  return setmetatable({}, {
    __close = function()
      print(name)
    end,
  })
end
local a <close> = closer "main"
coroutine.wrap(function()
  local c <close> = closer "coroutine"
  pcall(function()
    local d <close> = closer "pcall"
    os.exit(7)
  end)
  print "never"
end)()
print "never"

-- Past --memory a script gets an error that it can catch, and goes on.
--@ options: --memory 64M
local check = require "check"

local ok, err = pcall(function()
  local hold = {}
  for i = 1, 1e9 do
    hold[i] = ("x"):rep(1 << 20) .. i
  end
end)
check.equal(ok, false)
check.has(tostring(err), "not enough memory")
collectgarbage()
check.equal(codex.run("still here").status, "completed")
local ok, err = pcall(string.rep, "x", 1e10)
check.equal(ok, false)

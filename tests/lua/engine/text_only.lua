-- Code is text: no bytecode and no C modules, whichever way it comes; the environment names no code.
--@ env: LUA_PATH=/tmp/?.lua
--@ env: LUA_INIT=print("hostile")
--@ env: LUA_INIT_5_4=print("hostile")
--@ env: LUA_CPATH=/tmp/?.so
local check = require "check"

local bytes = string.dump(function() end)
check.equal(load(bytes), nil)
check.has(select(2, load(bytes, "x", "b")), "attempt to load a binary chunk")
check.has(select(2, load(bytes, "x", "bt")), "binary")
check.equal(load("return 1", "x", "b")(), 1)
local file = assert(io.open("code.luac", "wb"))
file:write(bytes)
file:close()
local chunk, why = loadfile "code.luac"
assert(not chunk and why:find("compiled Lua; only source text is run", 1, true), why)
check.raises("parse", "compiled Lua", dofile, "code.luac")
check.raises("io", "there is no such file", dofile, "none.lua")
check.raises("usage", "a path must be given", dofile)

local text = assert(io.open("code.lua", "w"))
text:write("#!/usr/bin/lua\nlocal a, env = ...\nX = 1\nreturn a")
text:close()
check.equal(dofile("code.lua"), nil)
check.equal(X, 1)
local env = {}
check.equal(loadfile("code.lua", "t", env)("arg"), "arg")
check.equal(env.X, 1)
check.equal(load("return x", "name", "t", { x = 7 })(), 7)

check.equal({ package.path, package.cpath, package.loadlib, package.searchers, package.searchpath }, {})
local names = {}
for name in pairs(debug) do
  names[#names + 1] = name
end
check.equal(names, { "traceback" })

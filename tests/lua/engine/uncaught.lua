-- An error that nobody catches: the place, the line itself, and the way there.
--@ exit: 1
--@ stderr: uncaught.lua:7: boom
--@ stderr: 7 |   error "boom"
--@ stderr: uncaught.lua:10: in main chunk
local function f()
  error "boom"
end

f()

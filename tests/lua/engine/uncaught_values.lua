-- What is raised need not be a text: each is shown as what it is.
--@ exit: 1
--@ stderr: uncaught_values.lua:11: nil was raised as an error
local check = require "check"
local task = require "std.task"

for _, value in ipairs { 42, true } do
  local t = task.spawn(error, value)
  check.equal(select(2, pcall(t.await, t)), value)
end
error(nil)

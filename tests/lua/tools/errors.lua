-- What a tool raises is told to the agent, and a line says where it was raised; the script goes on.
--@ replies: obedient
--@ stderr: tools/errors.lua:30: no such ticket; thread
--@ stderr: errors.lua:61: in a task; thread
--@ stderr: tools/errors.lua:36: attempt to index a nil value (field 'a')
--@ stderr: tools/errors.lua:40: there is no saved thread
--@ stderr: tools/errors.lua:33: without a place
local check = require "check"

local how
local fail = codex.tool {
  name = "fail",
  description = "Fails.",
  run = function(args)
    return how(args)
  end,
}
local thread = codex.thread_start { tools = { fail } }
local function fails(text, f)
  how = f
  local result = thread:run "tool: fail {}"
  check.has(result.text, "fail failed: " .. text)
  check.equal(
    { result.status, check.items(result.items, "dynamic_tool_call")[1].success },
    { "completed", false }
  )
  check.lacks(result.text, "errors.lua")
end
fails("no such ticket", function()
  error "no such ticket"
end)
fails("without a place", function()
  error("without a place", 0)
end)
fails("attempt to index a nil value (field 'a')", function(args)
  return args.a.b
end)
-- An error table of ours, raised where it awaited; one of the script's own; what is no message at all.
fails("there is no saved thread", function()
  codex.resume "019a0000-0000-7000-8000-000000000000"
end)
fails("mine", function()
  error { kind = "mine", message = "mine" }
end)
fails("printed", function()
  error(setmetatable({}, {
    __tostring = function()
      return "printed"
    end,
  }))
end)
fails('{"code":7}', function()
  error { code = 7 }
end)
fails("nil was raised as an error", function()
  error()
end)
-- A task of the tool's own fails it too.
fails("in a task", function()
  require("std.task").spawn(error, "in a task")
  require("std.task").sleep "1h"
end)
how = function()
  return "well again"
end
check.equal(thread:run("tool: fail {}").text, "well again")

-- A tool that nothing holds is collected, with its function; one that holds its thread, when that is closed.
--@ replies: obedient
local check = require "check"

local held = setmetatable({}, { __mode = "k" })
local function gone()
  check.eventually("they are collected", function()
    collectgarbage()
    return next(held) == nil
  end)
end

local function tool(thread_of)
  local function run()
    return thread_of and thread_of.thread.id or "no thread"
  end
  held[run] = true
  return codex.tool { name = "name", description = "x", run = run }
end
tool()
gone()

do
  local of = {}
  of.thread = codex.thread_start { tools = { tool(of) } }
  check.equal(of.thread:run("tool: name {}").text, of.thread.id)
  collectgarbage()
  assert(next(held))
  of.thread:close()
end
gone()

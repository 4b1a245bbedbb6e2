-- A thread keeps the tools that it was started with; when it is resumed or copied, functions are bound to them by name.
--@ replies: obedient
--@ stderr: codex-lua: declined: the agent asked for a tool, but no tool look_up is here; thread
--@ stderr: codex-lua: declined: the agent asked for a tool, but no tool desk.look_up is here; thread
local check = require "check"

local function tools(says)
  local function look_up(name)
    return codex.tool {
      name = "look_up",
      description = "Looks up.",
      run = function()
        return name
      end,
    }
  end
  return {
    look_up(says),
    codex.tools { name = "desk", description = "A desk.", tools = { look_up(says .. " of the desk") } },
  }
end
local both = "tool: look_up {}\ndesk.look_up {}"
local function says(thread, text)
  local result = thread:run(both)
  check.equal(result.text, ("%s\n%s of the desk"):format(text, text))
end
local function says_nothing(thread)
  local result = thread:run(both)
  check.equal(result.text, "no tool look_up is here\nno tool desk.look_up is here")
  check.equal(check.items(result.items, "dynamic_tool_call")[1].success, false)
  check.equal(result.status, "completed")
end

local thread = codex.thread_start { tools = tools "first" }
local id = thread.id
says(thread, "first")

-- A copy of a thread that is held has its functions, or those that it is given.
says(thread:fork(), "first")
says(codex.fork(thread, { tools = tools "copied" }), "copied")
says(thread, "first")
thread:close()

says(codex.resume(id, { tools = tools "second" }), "second")
local bare = codex.resume(id)
says_nothing(bare)
bare:close()
says((codex.resume_or_start(id, { tools = tools "third" })), "third")

-- What the thread has not was given for nothing.
local other = codex.tool { name = "other", description = "x", run = print }
local resumed = codex.resume(id, { tools = { other } })
check.equal(resumed:run("tool: other {}").text, "unsupported call: other")
resumed:close()

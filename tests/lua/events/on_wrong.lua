-- What is no subscription.
--@ stderr: codex.on: no event of Codex
--@ stderr: matches "itme.*"
local check = require "check"

local function ignore() end
local thread = codex.thread_start()
for name, on in pairs {
  ["codex.on"] = codex.on,
  ["thread.on"] = function(...)
    return thread:on(...)
  end,
} do
  local function wrong(text, ...)
    check.raises("usage", name .. ": " .. text, on, ...)
  end
  wrong("the type of event must be a string, got nil")
  wrong("the type of event must be a string, got a table", { "a" }, ignore)
  wrong("the handler must be a function, got nil", "item.started")
  wrong("the handler must be a function, got a table", "item.started", {})
  wrong('no event is called "item.strated"; the nearest is "item.started"; one that', "item.strated", ignore)
  wrong(
    'no event is called "item/agentMessage/delta"; the nearest is "item.agent_message.delta"',
    "item/agentMessage/delta",
    ignore
  )
  wrong('no event is called "nothing.like.it"; one that only a later Codex has', "nothing.like.it", ignore)
  wrong('no event is called ""', "", ignore)
  wrong('"item.[" is no glob: ', "item.[", ignore)
  wrong('"{a" is no glob: ', "{a", ignore)
  wrong("the type of event is not valid UTF-8", "\xff", ignore)
  check.raises("usage", name .. " takes 2 arguments, and got a table as another", function()
    on("error", ignore, {})
  end)
end
check.raises("usage", 'thread.on got "error" as its handle; call it with a colon', thread.on, "error", ignore)
-- It may be one of a later Codex.
codex.on("itme.*", ignore)

check.raises("usage", "codex.events: the filter must be a string or a table, got 1", codex.events, 1)
check.raises("usage", 'codex.events: no event is called "x"', codex.events, "x")
check.raises("usage", 'codex.events has no option "typ"; the nearest is "type"', codex.events, { typ = "x" })
check.raises("usage", "codex.events: type must be a string", codex.events, { type = 1 })
check.raises(
  "usage",
  "codex.events: thread must be a thread or its id, got true",
  codex.events,
  { thread = true }
)
check.raises("usage", "codex.events takes 1 argument, and got 1 as another", codex.events, "error", 1)
check.raises("usage", "codex.events takes 1 argument, and got 1 as another", codex.events, {}, 1)
local sub = codex.on("error", ignore)
check.raises("usage", "call it with a colon", sub.close)
local closed = codex.thread_start { ephemeral = true }
closed:close()
check.raises("closed", "is closed", closed.on, closed, "*", ignore)

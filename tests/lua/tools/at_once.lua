-- The calls of one answer run at once; each may await, and ask Codex itself.
--@ replies: obedient
local check, task = require "check", require "std.task"

local here = 0
local meet = codex.tool {
  name = "meet",
  description = "Waits until three are here.",
  input = { type = "object", properties = { name = { type = "string" } }, required = { "name" } },
  run = function(args)
    here = here + 1
    while here < 3 do
      task.yield()
    end
    return args.name
  end,
}
local ask = codex.tool {
  name = "ask",
  description = "Asks another agent.",
  run = function(_, call)
    local inner <close> = codex.thread_start { tools = { meet } }
    assert(inner.id ~= call.thread_id)
    return inner:run('tool: meet {"name":"inner"}').text .. " " .. codex.run("echo alone").text
  end,
}
local result = codex.run('tool: meet {"name":"a"}\nask {}\nmeet {"name":"b"}', { tools = { meet, ask } })
check.equal(result.text, "a\ninner alone\nb")
check.equal(#check.items(result.items, "dynamic_tool_call"), 3)

-- Resuming the thread that waits for it has the server repeat the call, which does not run again.
local runs = 0
local again = codex.tool {
  name = "again",
  description = "Wants a turn on the thread that waits for it.",
  run = function(_, call)
    runs = runs + 1
    local thread = codex.resume(call.thread_id)
    return check.raises("thread_busy", nil, thread.run, thread, "x").kind
  end,
}
check.equal(codex.thread_start({ tools = { again } }):run("tool: again {}").text, "thread_busy")
check.equal(runs, 1)

-- A tool may be held by many threads, and run while the script computes nothing at all.
here = -1
local turns = {}
for n = 1, 4 do
  turns[n] = codex.thread_start({ tools = { meet } }):turn(('tool: meet {"name":"%d"}'):format(n))
end
for n, turn in ipairs(turns) do
  check.equal(turn:result().text, tostring(n))
end

-- Several things in one loop: files that change, a clock, and what you type, all about one thread. What changed is told to
-- the agent when the clock ticks, once for all of it; a line that you type is asked at once; "quit" ends it.
--
--   codex-lua run scripts/flow.lua 5m src docs
--   codex-lua run --offline scripts/flow.lua 10s .
--
-- What .gitignore names is not watched.

local task, time, watch = require "std.task", require "std.time", require "std.watch"

local every, paths = table.remove(arg, 1), { table.unpack(arg) }
if not every or not paths[1] then
  io.stderr:write "usage: codex-lua run scripts/flow.lua TIME PATH…\n"
  os.exit(2)
end

local thread <close> = codex.thread_start { sandbox = "read-only", approval = "never", timeout = "10m" }
local function ask(prompt)
  local ok, result = pcall(thread.run, thread, prompt)
  print(ok and result.text or "the agent failed: " .. tostring(result))
end

local changed, order = {}, {}
local sources = {
  saved = watch.files(paths),
  typed = io.lines(),
  tick = time.every(every),
}
print("watching " .. table.concat(paths, ", "))
for source, value in task.select(sources) do
  if source == "saved" then
    for _, path in ipairs(value.paths) do
      if not changed[path] then
        changed[path] = true
        table.insert(order, (path:gsub("%c", "?")))
      end
    end
    print(("%d changed"):format(#order))
  elseif source == "tick" and #order > 0 then
    local told = table.concat(order, "\n- ")
    changed, order = {}, {}
    ask("These files have changed since you last looked. In at most three lines: what is new?\n- " .. told)
  elseif source == "typed" and value == "quit" then
    break
  elseif source == "typed" then
    ask(value)
  end
end

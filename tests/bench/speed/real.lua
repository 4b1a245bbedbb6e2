-- Prints, for each round, the mean milliseconds of a turn through Lua and of one by bare lines.
local bench = require "bench"
local task, time = require "std.task", require "std.time"
local thread = codex.thread_start()

local function by_lua(text)
  local start = time.monotonic()
  thread:run(text)
  return time.monotonic() - start
end

by_lua "warm up"
bench.bare_turn "warm up"
for _ = 1, bench.rounds do
  local lua, bare = 0, 0
  for turn = 1, bench.turns do
    -- Who goes first changes, so that what one leaves behind meets both.
    local one, other = by_lua, bench.bare_turn
    if turn % 2 == 0 then
      one, other = other, one
    end
    task.sleep(bench.pause)
    local first = one "a turn"
    task.sleep(bench.pause)
    local second = other "a turn"
    if turn % 2 == 0 then
      first, second = second, first
    end
    lua, bare = lua + first, bare + second
  end
  print(("%.4f %.4f"):format(1000 * lua / bench.turns, 1000 * bare / bench.turns))
end

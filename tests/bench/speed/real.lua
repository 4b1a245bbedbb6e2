-- Prints, for each round, the median milliseconds of a turn through Lua and of one by bare lines.
local bench = require "bench"
local task, time = require "std.task", require "std.time"

local function timed(turn, text)
  task.sleep(bench.pause)
  local start = time.monotonic()
  turn(text)
  return 1000 * (time.monotonic() - start)
end

local function median(figures)
  table.sort(figures)
  return figures[#figures // 2 + 1]
end

for _ = 1, bench.rounds do
  local thread <close> = codex.thread_start { ephemeral = true }
  bench.bare_thread()
  local function lua_turn(text)
    thread:run(text)
  end
  lua_turn "warm up"
  bench.bare_turn "warm up"
  local lua, bare = {}, {}
  for turn = 1, bench.turns do
    -- Who goes first changes, so that what one leaves behind meets both.
    if turn % 2 == 0 then
      lua[turn] = timed(lua_turn, "a turn")
      bare[turn] = timed(bench.bare_turn, "a turn")
    else
      bare[turn] = timed(bench.bare_turn, "a turn")
      lua[turn] = timed(lua_turn, "a turn")
    end
  end
  print(("%.4f %.4f"):format(median(lua), median(bare)))
end

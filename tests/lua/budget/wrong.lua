-- Wrong budgets are refused where they are given.
local check, task = require "check", require "std.task"

local wrong = {
  { {}, "a budget must limit something: tokens, turns, seconds or commands" },
  { { tokns = 1 }, 'no option "tokns"; the nearest is "tokens"' },
  { { 5 }, "options are named, but 1 is a key" },
  { { tokens = -1 }, "tokens must be a whole number, not negative, got -1" },
  { { tokens = 1.5 }, "tokens must be a whole number, not negative, got 1.5" },
  { { turns = "3" }, 'turns must be a whole number, not negative, got "3"' },
  { { tokens = math.huge }, "tokens must be a whole number" },
  { { turns = 0 }, "a budget of no turns lets no turn begin" },
  { { tokens = 0 }, "a budget of no tokens lets no turn begin" },
  { { seconds = 0 }, "a budget of no seconds lets no turn begin" },
  { { seconds = "soon" }, "seconds must be a duration" },
  { { commands = true }, "commands must be a whole number" },
}
for _, case in ipairs(wrong) do
  check.raises("usage", case[2], codex.thread_start, { budget = case[1] })
  check.raises("usage", case[2], codex.run, "hi", { budget = case[1] })
  check.raises("usage", case[2], task.scope, print, { budget = case[1] })
end
check.raises("usage", "budget must be a table, got 5", codex.thread_start, { budget = 5 })
local most =
  { tokens = math.maxinteger, turns = math.maxinteger, seconds = math.huge, commands = math.maxinteger }
check.equal(codex.run("hi", { budget = most }).status, "completed")

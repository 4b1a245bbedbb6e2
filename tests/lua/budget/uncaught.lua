-- A budget that is spent and that nobody catches ends the script.
--@ exit: 3
--@ stderr: uncaught.lua:8: the budget is spent: 1 of 1 turns; no further turn begins [budget]
--@ stderr: 8 | thread:run("two")
local thread = codex.thread_start { budget = { turns = 1 } }

thread:run("one")
thread:run("two")

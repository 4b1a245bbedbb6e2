-- An answer that does not fit, which nobody catches, ends the script with 3.
--@ replies: stubborn
--@ exit: 3
--@ stderr: uncaught.lua:6: the agent's answer does not fit the schema: it is not of type "object" [schema]
--
codex.run("answers: []", { schema = { type = "object" } })

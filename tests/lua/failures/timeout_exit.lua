-- A timeout that nobody catches ends the script with 124.
--@ replies: obedient
--@ exit: 124
--@ stderr: the turn did not end within 100ms [timeout]
codex.run("silent", { timeout = "100ms" })

-- A queued turn does not outlive the script, and that is said in one line each.
--@ replies: obedient
--@ stderr: was still running when the script ended: interrupted
--@ stderr: was still queued when the script ended: it does not begin
local thread = codex.thread_start()
thread:turn("silent")
thread:queue("echo a")

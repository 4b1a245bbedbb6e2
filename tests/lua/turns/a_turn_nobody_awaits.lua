-- A turn that nobody awaits is interrupted at the script's end, with a line that says so.
--@ replies: obedient
--@ stderr: was still running when the script ended: interrupted
codex.thread_start():turn("silent")

-- Input that cannot be sent is refused before anything is sent, and the thread stays free.
local check = require "check"

local thread = codex.thread_start()
local function refused(text, input)
  check.raises("usage", text, thread.run, thread, input)
end
refused("got nil", nil)
refused("got 7", 7)
refused("empty table", {})
refused("not valid UTF-8", "\xff")
refused("not valid UTF-8", { { text = "a\xc3" } })
refused('the nearest is "text"', { txt = "x" })
refused("an item with skill needs a path", { skill = "x" })
refused("an item is one thing", { text = "x", image = "data:image/png;base64,AA" })
refused(
  'an image must be a data: URL, got https://example.org/a.png; Codex does not fetch images: download it and pass {local_image = "path"}',
  { image = "https://example.org/a.png" }
)
refused("an image must be a data: URL, got http://", { { text = "see" }, { image = "http://x" } })
refused("cannot read no.png", { local_image = "no.png" })
refused("is not a file", { local_image = "." })
refused("cannot read no.md", { skill = "x", path = "no.md" })
check.raises("usage", "data: URL", codex.run, { image = "http://x" })
check.equal(thread:run("still free").status, "completed")
check.equal(#thread:read({ turns = 10 }).turns, 1)

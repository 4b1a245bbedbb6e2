-- Saved threads, page by page, filtered and sorted.
local check = require "check"

os.execute("mkdir a b")
local ids = {}
for i = 1, 55 do
  local thread = codex.thread_start { name = ("thread %02d"):format(i), cwd = i % 2 == 0 and "a" or "b" }
  ids[i] = thread.id
  thread:close()
end
-- A name saves a thread, but only one that was spoken to is listed.
local speaking = codex.thread_start { name = "speaking", cwd = "a" }
speaking:run("hi there")

local function names(filter)
  local found = {}
  for thread in codex.threads(filter) do
    found[#found + 1] = thread.name
  end
  return found
end

local all = names()
check.equal(#all, 56)
check.equal(#names { limit = 3 }, 3)
check.equal(#names { limit = 52 }, 52)
check.equal(names { search = "speak" }, { "speaking" })
check.equal(names { search = "SPEAK" }, {})
check.equal(#names { cwd = speaking.cwd }, 28)
check.equal(names({ sort = "created", order = "oldest", limit = 2 }), { "thread 01", "thread 02" })
check.equal(names({ sort = "created", limit = 1 }), { "speaking" })
check.equal(names { archived = true }, {})
check.equal(names { limit = 0 }, {})
check.equal(#names { model_provider = "scripted" }, 56)
check.equal(names { model_provider = "openai" }, {})
check.raises("usage", '"created" or "updated" or "recent", got "size"', codex.threads, { sort = "size" })
check.raises("usage", 'the nearest is "search"', codex.threads, { serch = "x" })
check.raises("usage", "limit must be a whole number", codex.threads, { limit = -1 })

-- Leaving the loop ends it.
local pages <close> = codex.threads()
for _ in pages do
  break
end

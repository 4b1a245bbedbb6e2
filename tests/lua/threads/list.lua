-- Saved threads, page by page, filtered and sorted.
local check = require "check"

os.execute("mkdir a b")
local COUNT = 52
for i = 1, COUNT do
  local name = ("thread %02d"):format(i)
  local thread <close> = codex.thread_start { name = name, cwd = i % 2 == 0 and "a" or "b" }
  thread:run(i == COUNT and "findme" or "hi")
end

local function names(filter)
  local found = {}
  for thread in codex.threads(filter) do
    found[#found + 1] = thread.name
  end
  return found
end

check.equal(#names(), COUNT)
check.equal(#names { limit = 3 }, 3)
check.equal(#names { limit = 51 }, 51)
check.equal(names { limit = 0 }, {})
check.equal(names { search = "findme" }, { "thread 52" })
check.equal(names { search = "FINDME" }, {})
local cwd = io.popen("cd a && pwd -P"):read()
check.equal(#names { cwd = cwd }, COUNT // 2)
check.equal(names { sort = "created", order = "oldest", limit = 2 }, { "thread 01", "thread 02" })
check.equal(names { sort = "created", limit = 1 }, { "thread 52" })
check.equal(names { archived = true }, {})
check.equal(#names { model_provider = "scripted" }, COUNT)
check.equal(names { model_provider = "openai" }, {})
check.raises("usage", '"created" or "updated" or "recent", got "size"', codex.threads, { sort = "size" })
check.raises("usage", 'the nearest is "search"', codex.threads, { serch = "x" })
check.raises("usage", "limit must be a whole number", codex.threads, { limit = -1 })

-- Leaving the loop ends it.
local pages <close> = codex.threads()
for _ in pages do
  break
end

-- Archive, unarchive, rename and delete, by id and by handle.
local check = require "check"

local function saved(filter)
  local ids = {}
  for thread in codex.threads(filter) do
    ids[thread.id] = thread.name or true
  end
  return ids
end

local one, two = codex.thread_start { name = "one" }, codex.thread_start()
one:run("hi")
two:run("hi")
codex.rename(two, "two")
check.equal(two.name, "two")
check.equal(saved(), { [one.id] = "one", [two.id] = "two" })
codex.rename(one.id, "eins")
check.equal(saved()[one.id], "eins")
one:rename("uno")
check.equal(one.name, "uno")

codex.archive(one.id)
check.equal(saved(), { [two.id] = "two" })
check.equal(saved { archived = true }, { [one.id] = "uno" })
codex.unarchive(one.id)
check.equal(saved { archived = true }, {})

codex.delete(one.id)
two:delete()
check.equal(saved(), {})
check.raises("thread_not_found", one.id, codex.resume, one.id)
check.raises("closed", two.id, two.run, two, "more")
check.raises("thread_not_found", nil, codex.read, two.id)

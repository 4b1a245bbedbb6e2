-- The forms of `sandbox`, by what a command can write under each.
--@ replies: obedient
local check = require "check"

local outside = os.getenv("HOME")
os.execute("mkdir " .. outside .. "/extra")
local count = 0
-- Whether a command of such a thread writes in its folder, outside of it, and in an extra folder.
local function writes(sandbox)
  count = count + 1
  local name = "file" .. count
  local thread = codex.thread_start { sandbox = sandbox, approval = "never" }
  local places = { ".", outside, outside .. "/extra" }
  local command = {}
  for i, place in ipairs(places) do
    command[i] = ("echo x > %s/%s"):format(place, name)
  end
  thread:run("$ " .. table.concat(command, "; "))
  local found = {}
  for i, place in ipairs(places) do
    found[i] = check.exists(place .. "/" .. name)
  end
  return found
end

check.equal(writes("read-only"), { false, false, false })
check.equal(writes("workspace-write"), { true, false, false })
check.equal(writes("full-access"), { true, true, true })
check.equal(writes { mode = "workspace-write" }, { true, false, false })
check.equal(
  writes { mode = "workspace-write", writable_roots = { outside .. "/extra" } },
  { true, false, true }
)
check.equal(writes { mode = "read-only", network = true }, { false, false, false })
check.raises("usage", "sandbox", codex.thread_start, { sandbox = "danger" })
check.raises("usage", "a sandbox table needs a mode", codex.thread_start, { sandbox = { network = true } })
check.raises(
  "usage",
  '"newtork"; the nearest is "network"',
  codex.thread_start,
  { sandbox = { mode = "read-only", newtork = true } }
)

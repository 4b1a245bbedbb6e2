-- Full access is for that turn: the next one, a fork, and a resume are in their sandbox again.
--@ replies: obedient
local check = require "check"

local outside = os.getenv("HOME") .. "/"
local function writes(thread, name, options)
  thread:run("$ echo x > " .. outside .. name, options)
  return check.exists(outside .. name)
end

local thread = codex.thread_start { sandbox = "workspace-write", approval = "never" }
assert(not writes(thread, "a"), "the sandbox must hold before")
assert(writes(thread, "b", { sandbox = "full-access" }), "full access must write")
assert(not writes(thread, "c"), "the next turn must be in the sandbox")
assert(writes(thread, "d", { sandbox = "full-access" }))
local fork = codex.fork(thread, { approval = "never" })
assert(not writes(fork, "e"), "a fork must be in the sandbox")
assert(writes(thread, "f", { sandbox = "full-access" }))
local id = thread.id
thread:close()
assert(not writes(codex.resume(id, { approval = "never" }), "g"), "a resume must be in the sandbox")

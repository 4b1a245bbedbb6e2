-- More permissions: all of what is asked, a part of it, or nothing.
--@ replies: obedient
local check = require "check"

local outside, decision, seen = os.getenv "HOME", nil, nil
local thread = codex.thread_start {
  sandbox = "read-only",
  approval = "on-request",
  config = { ["features.request_permissions_tool"] = true },
  on_approval = function(request)
    seen = request
    return type(decision) == "function" and decision(request) or decision
  end,
}
local function granted(given)
  decision = given
  return thread:run("permissions " .. outside).text
end

local text = granted "accept"
check.equal(
  { seen.kind, seen.reason, seen.permissions.network.enabled },
  { "permissions", "for the test", true }
)
check.equal(seen.permissions.file_system.entries[1].access, "write")
check.has(text, '"enabled":true')
check.has(text, outside)
check.has(text, '"scope":"turn"')

text = granted(function(request)
  return { grant = { file_system = request.permissions.file_system }, scope = "session" }
end)
check.lacks(text, '"enabled":true')
check.has(text, outside)
check.has(text, '"scope":"session"')

check.lacks(granted "decline", outside)
decision = "cancel"
check.equal(thread:run("permissions " .. outside).status, "interrupted")

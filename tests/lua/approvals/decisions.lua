-- Each decision does what it says: an accepted command runs outside of the sandbox, a declined one not at all.
--@ replies: obedient
local check = require "check"

local outside, decision, asked = os.getenv "HOME", nil, {}
local thread = codex.thread_start {
  sandbox = "read-only",
  approval = "on-request",
  on_approval = function(request)
    asked[#asked + 1] = request
    return decision
  end,
}
local function run(given, text)
  decision = given
  local before = #asked
  local result = thread:run(text)
  return result, #asked - before
end

local touch = "$! touch " .. outside .. "/"
run("accept", touch .. "accepted")
assert(check.exists(outside .. "/accepted"))
local request = asked[1]
check.equal({ request.kind, request.thread_id, request.reason }, { "command", thread.id, "for the test" })
check.has(request.command, "touch " .. outside .. "/accepted")
assert(request.turn_id and request.item_id and request.cwd == thread.cwd and not request.root_thread_id)

local declined = run("decline", touch .. "declined")
check.equal(declined.status, "completed")
check.equal(check.items(declined.items, "command_execution")[1].status, "declined")
check.has(declined.text:lower(), "reject")
-- The agent is told the reason with the refusal, before it says more.
local explained = run({ decline = "echo not today" }, touch .. "declined")
check.equal(explained.items[#explained.items].type, "agent_message")
check.equal(explained.items[#explained.items - 1].content[1].text, "That was declined: echo not today")
assert(not check.exists(outside .. "/declined"))

-- The turn that is cancelled is one that the script itself interrupted.
check.equal(run("cancel", touch .. "cancelled").status, "interrupted")
assert(not check.exists(outside .. "/cancelled"))

-- The session is the thread: the same is not asked again there.
run("accept_for_session", touch .. "session")
local _, again = run("decline", touch .. "session")
check.equal(again, 0)

-- A rule is asked about no more, in other threads neither; it is in the user's own rules.
local _, first = run({ accept_with_amendment = { "touch", outside .. "/ruled" } }, touch .. "ruled")
local other = codex.thread_start { sandbox = "read-only", approval = "on-request" }
other:run(touch .. "ruled")
check.equal(first, 1)
assert(check.exists(outside .. "/ruled"))
local rules = check.read(codex.info().codex_home .. "/rules/default.rules")
check.has(rules, ('["touch", "%s/ruled"]'):format(outside))
check.equal(request.proposed_execpolicy_amendment, { "touch", outside .. "/accepted" })
run({ accept_with_amendment = true }, touch .. "proposed")
check.has(check.read(codex.info().codex_home .. "/rules/default.rules"), outside .. "/proposed")

-- A change of files says what it changes.
local patch = ("patch: *** Begin Patch\n*** Add File: %s/%%s\n+one\n+two\n*** End Patch\n"):format(outside)
run("decline", patch:format "unpatched")
assert(not check.exists(outside .. "/unpatched"))
run("accept", patch:format "patched")
check.equal(check.read(outside .. "/patched"), "one\ntwo\n")
local change = asked[#asked]
check.equal(change.kind, "file_change")
check.equal(#change.changes, 1)
check.equal({ change.changes[1].path, change.changes[1].kind.type }, { outside .. "/patched", "add" })
check.equal(change.changes[1].diff, "one\ntwo\n")

-- Has an agent work under a careful policy: commands that only read below the working folder and changes of files there
-- are accepted, all else is declined, and each decision is printed with its reason.
--
--   codex-lua run scripts/approve.lua "Why does the build fail?"
--   codex-lua run scripts/approve.lua explain 'bash -lc "cat notes.txt"' 'rm -r /'    what would be decided
--
-- An accepted command runs OUTSIDE of the sandbox, with all that you may do: what is accepted is in approve/policy.lua,
-- to be read and changed before it is relied on.

local policy = require "approve.policy"
local path = require "std.path"

-- What the agent wrote must not steer the terminal.
local function show(text)
  return (text:gsub("[%c\x7f-\xff]", function(char)
    return ("\\x%02x"):format(char:byte())
  end))
end

local function tell(decision, what, why)
  print(("%s: %s%s"):format(decision, show(what), why and " (" .. show(why) .. ")" or ""))
end

local root = path.absolute "."
local prompt = table.remove(arg, 1)
if not prompt or (prompt == "explain" and not arg[1]) then
  io.stderr:write "usage: codex-lua run scripts/approve.lua PROMPT | explain COMMAND…\n"
  os.exit(2)
elseif prompt == "explain" then
  for _, command in ipairs(arg) do
    local fine, why = policy.command(root, root, command)
    tell(fine and "accept" or "decline", command, not fine and why or nil)
  end
  os.exit(0)
end

local decide = policy.handler(root)
local thread <close> = codex.thread_start {
  cwd = root,
  sandbox = "workspace-write",
  approval = "untrusted",
  timeout = "30m",
  on_approval = function(request)
    local decision = decide(request)
    local what = request.command or request.kind
    for _, change in ipairs(request.changes or {}) do
      what = what .. " " .. change.path
    end
    local declined = type(decision) == "table"
    tell(declined and "decline" or decision, what, declined and decision.decline or nil)
    return decision
  end,
}
print(thread:run(prompt).text)

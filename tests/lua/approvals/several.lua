-- Handlers run at once, for several threads and for several commands of one answer; they may use Codex themselves.
--@ replies: obedient
local check, task = require "check", require "std.task"

local outside = os.getenv "HOME"

-- All of them wait until all have been asked.
local asked, commands = 0, {}
local function together(count)
  return function(request)
    asked = asked + 1
    commands[#commands + 1] = request.command
    check.eventually("all are asked", function()
      return asked == count
    end)
    return request.command:find "two" and "decline" or "accept"
  end
end
local threads = {}
for _, name in ipairs { "one", "two", "three" } do
  threads[#threads + 1] = task.spawn(function()
    local thread <close> =
      codex.thread_start { sandbox = "read-only", approval = "on-request", on_approval = together(3) }
    thread:run(("$! touch %s/%s"):format(outside, name))
  end)
end
for _, thread in ipairs(threads) do
  thread:await()
end
assert(check.exists(outside .. "/one") and check.exists(outside .. "/three"))
assert(not check.exists(outside .. "/two"))

-- Two in one answer. Codex asks for the second when the first was answered, or before: both are answered.
local names = {}
local thread = codex.thread_start {
  sandbox = "read-only",
  approval = "on-request",
  on_approval = function(request)
    names[#names + 1] = request.item_id
    -- Another agent is asked for its opinion.
    local opinion = codex.run("echo accept", { sandbox = "read-only", ephemeral = true })
    return opinion.text
  end,
}
local result = thread:run(("each!: touch %s/four; touch %s/five"):format(outside, outside))
check.equal(#check.items(result.items, "command_execution"), 2)
assert(check.exists(outside .. "/four") and check.exists(outside .. "/five"))
assert(#names == 2 and names[1] ~= names[2])

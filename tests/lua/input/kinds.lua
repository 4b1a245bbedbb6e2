-- Text, images, skills, mentions, and lists of them.
local check = require "check"

local png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
local url = "data:image/png;base64," .. png
local function sent(input)
  return codex.run(input).text
end

check.has(sent("plain ünï"), "input_text plain ünï")
check.has(sent { text = "as an item" }, "input_text as an item")
check.has(sent { image = url }, "input_image " .. url)
local both = sent { "one", { text = "two" }, { image = url } }
check.has(both, "input_text one")
check.has(both, "input_text two")
check.has(both, "input_image data:image/png")

os.execute(("echo %s | base64 -d > dot.png"):format(png))
check.has(sent { { text = "look" }, { local_image = "dot.png" } }, "input_image data:image/png;base64,")

local skill = assert(io.open("SKILL.md", "w"))
skill:write("---\nname: greet\ndescription: says hello\n---\nSKILL-CONTENT\n")
skill:close()
local thread = codex.thread_start()
check.equal(
  thread:run({ { text = "use $greet" }, { skill = "greet", path = "SKILL.md" } }).status,
  "completed"
)
check.equal(
  thread:run({ { text = "see @notes" }, { mention = "notes", path = "SKILL.md" } }).status,
  "completed"
)
check.has(sent(("x"):rep(1000)), ("x"):rep(1000))

local test = require "std.test"

test.case("it shows what the agent does while it does it", function(t)
  io.open("README.md", "w"):write("A project."):close()
  t.model:reply(
    { reasoning = "I look first.", call = "exec_command", input = { cmd = "cat README.md" } },
    { text = "It is a project.", usage = { input_tokens = 10, output_tokens = 5 } }
  )
  local done = t:run("stream.lua", { "What is it?" })
  t:equal(done.code, 0, done.stderr)
  t.model:expect "What is it?"
  t:matches(t.model:expect({ number = 2 }).tool_outputs[1].text, "A project%.")
  t:matches(
    done.stdout,
    "^> What is it%?\n  thinking: I look first%.\n  %$ .-cat README%.md.-%-> exit 0\nIt is a project%.\n"
  )
end)

local test = require "std.test"

test.case("it shows commands, changes and thoughts, and the answer as it comes", function(t)
  t.model:reply(
    { reasoning = "I look around.", call = "exec_command", input = { cmd = "echo seen" } },
    { patch = "*** Begin Patch\n*** Add File: new.txt\n+new\n*** End Patch" },
    { text = "All done.", usage = { input_tokens = 7, output_tokens = 3 } }
  )
  local done = t:run("stream.lua", { "Have a look." })
  t:equal({ done.code, t.model:requests()[1].text }, { 0, "Have a look." }, done.stderr)
  t:matches(
    done.stdout,
    "^> Have a look%.\n  thinking: I look around%.\n  %$ [^\n]-echo seen[^\n]-%-> exit 0\n"
  )
  t:matches(done.stdout, "\nAll done%.\n%d+ tokens in, %d+ out\n$")
  -- The sandbox is read-only, and nobody is there to allow more.
  t:equal(io.open "new.txt", nil)
end)

-- codex-lua test scripts
local test = require "std.test"

test.case("each step gets what the one before has made, on a thread of its own", function(t)
  t.model:reply(function(request)
    return request.text:find "strict editor" and "Too short." or #request.text .. " bytes"
  end)
  local done = t:run("chain.lua", { "a haiku" })
  t:equal(done.code, 0, done.stderr)
  t.model:expect { text = "Write a haiku. Answer with the text only.", number = 1 }
  t.model:expect "strict editor"
  local final = t.model:expect "Critique:\nToo short."
  t:equal(final.number, 1)
  t:matches(final.text, "Text:\n41 bytes\n")
  t:matches(done.stdout, "^1%. draft .-\n41 bytes\n\n2%. critique .-\nToo short%.\n\n3%. final ")
end)

test.case("a step that fails ends it", function(t)
  t.model:reply { error = 500 }
  local done = t:run "chain.lua"
  t:equal({ done.code, done.stdout }, { 3, "" })
end)

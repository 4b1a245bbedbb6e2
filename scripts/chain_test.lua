-- Run by `codex-lua test scripts`, as each file here that ends so; see "Tests" in the README.
local test = require "std.test"

test.case("each step gets what the one before has made, on a thread of its own", function(t)
  t.model:reply(function(request)
    local text = request.text or ""
    if text:find("Critique:\nToo short.", 1, true) then
      return "A better text."
    end
    return text:find "strict editor" and "Too short." or "A draft."
  end)
  local done = t:run("chain.lua", { "a haiku" })
  t:equal({ done.code, done.stderr }, { 0, "" })
  t.model:expect { text = "Write a haiku. Answer with the text only.", number = 1 }
  t:equal(t.model:expect("weaknesses of this text:\n\nA draft.").number, 1)
  t:equal(t.model:expect("Text:\nA draft.\n\nCritique:\nToo short.").number, 1)
  t:matches(
    done.stdout,
    "^1%. draft .-\nA draft%.\n\n2%. critique .-\nToo short%.\n\n3%. final .-\nA better text%.\n\n$"
  )
end)

test.case("a step that fails ends it", function(t)
  t.model:reply { error = 500 }
  local done = t:run "chain.lua"
  t:equal({ done.code, done.stdout }, { 3, "" })
end)

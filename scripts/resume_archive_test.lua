local test = require "std.test"

test.case("one conversation over many runs", function(t)
  t.model:reply("Noted.", "On Friday.")
  local first = t:run("resume_archive.lua", { "notes", "The release is on Friday." })
  local id = t:matches(first.stdout, "^started (%S+)\nNoted%.\n$")
  local second = t:run("resume_archive.lua", { "notes", "When is it?" })
  t:equal(second.stdout, "resumed " .. id .. "\nOn Friday.\n")
  t:equal(t.model:requests()[2].thread_id, id)
  t:equal(t:run("resume_archive.lua", { "notes", "--archive" }).stdout, "archived " .. id .. "\n")
  t:equal(io.open "notes", nil)
  t:equal(t:run("resume_archive.lua", { "notes", "--archive" }).code, 1)
end)

test.case("a thread that was archived elsewhere is no reason to fail", function(t)
  t.model:reply "Hello."
  local first = t:run("resume_archive.lua", { "notes", "hi" })
  codex.archive(t:matches(first.stdout, "^started (%S+)"))
  local again = t:run("resume_archive.lua", { "notes", "hi" })
  t:matches(again.stdout, "^%(.-is archived.-%)\nstarted %S+\nHello%.\n$")
end)

test.case("it says what it needs", function(t)
  for _, args in ipairs { {}, { "notes" } } do
    local done = t:run("resume_archive.lua", args)
    t:equal({ done.code, done.stdout }, { 2, "" })
    t:matches(done.stderr, "^usage: ")
  end
end)

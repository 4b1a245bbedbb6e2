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
end)

test.case("a thread that was archived elsewhere is no reason to fail", function(t)
  t.model:reply "Hello."
  local first = t:run("resume_archive.lua", { "notes", "hi" })
  codex.archive((first.stdout:match "^started (%S+)"))
  t:matches(
    t:run("resume_archive.lua", { "notes", "hi" }).stdout,
    "^%(.-archived.-%)\nstarted %S+\nHello%.\n$"
  )
end)

test.case("it says what it needs", function(t)
  local done = t:run("resume_archive.lua", { "notes" })
  t:equal({ done.code, done.stdout }, { 2, "" })
  t:matches(done.stderr, "^usage: ")
end)

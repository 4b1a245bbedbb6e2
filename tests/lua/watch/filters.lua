-- What is left out, by files, globs and functions; and who decided.
local check, files = require "check", require "files"
local task, watch = require "std.task", require "std.watch"

files.write(".gitignore", "# made\n*.log\nout/\n")
local function told(options, paths)
  local watcher <close> = watch.files(".", options)
  for n, path in ipairs(paths) do
    files.write(path, ("x"):rep(math.random(1, 1000000)) .. n)
  end
  local result = {}
  local waiting = task.spawn(function()
    result = watcher().paths
  end)
  task.yield()
  watcher:sync()
  waiting:await()
  return result
end
check.equal(told(nil, { "a.rs", "a.log", "out/b.rs", ".git/index" }), { "a.rs" })
check.equal(told({ ignore = "*.md" }, { "a.rs", "a.md" }), { "a.rs" })
check.equal(told({ ignore = { "*.md", "!a.log" } }, { "a.log", "b.log", "a.md" }), { "a.log" })
check.equal(told({ filter = { "*.rs", "/doc/**" } }, { "a.rs", "b.md", "doc/c.md" }), { "a.rs", "doc/c.md" })
local by_function = {
  filter = function(path)
    task.sleep "1ms"
    return path:find "^a" ~= nil
  end,
}
check.equal(told(by_function, { "a.rs", "b.rs", "a.md" }), { "a.md", "a.rs" })
local broken <close> = watch.files(".", {
  filter = function()
    error("no idea", 0)
  end,
})
files.write("x.rs", "1")
check.equal({ pcall(broken) }, { false, "no idea" })

local explained = watch.explain "deep/er/a.log"
check.equal({ explained.watched, explained.rule, explained.line }, { false, "*.log", 2 })
check.has(explained.file, "/.gitignore")
check.has(explained.why, '"*.log" is against it, in ')
check.equal(watch.explain "out/x".rule, "out/")
check.equal(watch.explain "a.rs", { watched = true, why = "no rule is against it" })
check.equal(watch.explain(".git/HEAD").why, "version control keeps it for itself")
local kept = watch.explain("a.log", { ignore = "!a.log" })
check.equal(kept, { watched = true, why = '"!a.log" says so', rule = "!a.log" })
check.equal(watch.explain("a.md", { filter = "*.rs" }).why, "it matches no glob of filter")
check.equal(watch.explain("b.rs", by_function).why, "the filter function is against it")
check.equal(watch.explain("a.rs", by_function).watched, true)

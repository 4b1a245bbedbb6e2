-- Wrong calls say what is wrong.
local check = require "check"
local watch = require "std.watch"

local function wrong(text, ...)
  check.raises("usage", text, watch.files, ...)
end
wrong('there is no file or folder "missing"', "missing")
wrong('there is no file or folder "missing"', { ".", "missing" })
wrong("there is no path to watch", {})
wrong("what to watch must be a path or a list of paths, got nil")
wrong("what to watch must be a path or a list of paths, got 7", 7)
wrong('the glob "a[" is wrong: unclosed character class', ".", { ignore = { "fine", "a[" } })
wrong('the glob "{a" is wrong: ', ".", { filter = "{a" })
wrong("filter must be a glob, a list of globs or a function, got 7", ".", { filter = 7 })
wrong("ignore must be a glob or a list of globs, got true", ".", { ignore = true })
wrong("debounce must be a duration", ".", { debounce = "soon" })
wrong('has no option "inital"; the nearest is "initial"', ".", { inital = true })
check.raises("usage", '"/etc/passwd" does not lie below "."', watch.explain, "/etc/passwd")
check.raises("usage", 'there is no file or folder "missing"', watch.explain, "a", { root = "missing" })
check.raises("usage", "call it with a colon: watcher:sync(…)", (watch.files ".").sync)

-- Writing is whole or not at all, keeps what the file was, and says what is in its way.
local check = require "check"
local fs, json = require "std.fs", require "std.json"

check.equal(fs.read "a", nil)
fs.write("a", "one\0\xff\n")
check.equal(fs.read "a", "one\0\xff\n")
fs.write("a", "two", { mode = "640" })
fs.write("a", "three")
check.equal(fs.stat "a".mode, "640")
check.equal(fs.read "a", "three")
fs.append("a", "\nfour")
fs.append("b/c/log", "1", { parents = true })
fs.append("b/c/log", "2")
check.equal({ fs.read "a", fs.read "b/c/log" }, { "three\nfour", "12" })

-- A link stays one, and a hard link sees only what is written into the file.
os.execute "ln -s a link; ln a hard; ln -s nowhere dangling; mkfifo pipe; chmod 600 a"
fs.write("link", "new")
check.equal(
  { fs.stat("link", { follow = false }).target, fs.read "a", fs.read "hard" },
  { "a", "new", "three\nfour" }
)
fs.write("hard", "in it", { atomic = false })
check.equal({ fs.read "hard", fs.stat "hard".mode }, { "in it", "600" })
fs.write("line\nbreak\xff", "odd")
check.equal(fs.read "line\nbreak\xff", "odd")

check.raises("io", 'cannot write "dangling": it is a link that leads nowhere', fs.write, "dangling", "")
check.raises("io", "parents = true makes it", fs.write, "x/y", "")
check.raises("io", "parents = true makes it", fs.append, "x/y", "")
check.raises("io", 'cannot write "b": it is a directory', fs.write, "b", "")
check.raises("io", "it is a directory", fs.read, "b")
check.raises("io", "it is no regular file", fs.read, "pipe")
check.raises("io", "it is no regular file", fs.write, "pipe", "")
check.raises("io", "it is no regular file", fs.append, "pipe", "")
local odd = check.raises(
  "io",
  [["a/line\nbreak\xFF": a part of it that should be a directory]],
  fs.write,
  "a/line\nbreak\xff",
  ""
)
check.equal(odd.path, "a/line\nbreak\xff")
check.equal({ fs.read "a/x", fs.stat "a/x", fs.list "a/x", fs.exists "a/x" }, { [4] = false })
check.raises("usage", "the text must be a string, got 1", fs.write, "a", 1)
check.raises("usage", "the path must be a path: a string without", fs.read, "a\0b")
check.raises("usage", 'no option "parent"', fs.write, "a", "", { parent = true })
check.raises(
  "usage",
  'mode must be permissions in octal digits, such as "644"',
  fs.write,
  "a",
  "",
  { mode = "9" }
)
for _, entry in ipairs(fs.list ".") do
  check.lacks(entry.name, ".codex-lua.")
end

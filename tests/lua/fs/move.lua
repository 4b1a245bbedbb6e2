-- Copying, moving and removing: never over something unasked, never more than was meant.
local check = require "check"
local fs, path = require "std.fs", require "std.path"

fs.write("dir/sub/file", "1", { parents = true, mode = "755" })
os.execute "ln -s file dir/sub/link; ln -s dir outside; chmod 750 dir/sub"
fs.copy("dir", "copy")
check.equal(
  { fs.read "copy/sub/link", fs.stat "copy/sub/file".mode, fs.stat "copy/sub".mode },
  { "1", "755", "750" }
)
check.equal(fs.stat("copy/sub/link", { follow = false }).kind, "link")
fs.write("a", "a")
fs.write("b", "b")
check.raises("io", 'cannot write "b": it is there already: overwrite = true replaces it', fs.copy, "a", "b")
check.raises("io", "overwrite = true", fs.move, "a", "b")
fs.copy("a", "b", { overwrite = true })
check.equal(fs.read "b", "a")
fs.move("a", "dir/a")
check.equal({ fs.exists "a", fs.read "dir/a" }, { false, "a" })
fs.move("dir", "moved")
check.equal({ fs.exists "dir", fs.read "moved/sub/file" }, { false, "1" })
check.raises("io", "it would lie in itself", fs.copy, "moved", "moved/sub/again")
check.raises("io", "it would lie in itself", fs.move, "moved", "moved/sub/again")
check.raises("io", "it is the very thing", fs.copy, "b", "b", { overwrite = true })
check.raises("io", "a directory is there", fs.copy, "b", "copy", { overwrite = true })
check.raises("io", "a file is there, and a directory should come", fs.move, "copy", "b", { overwrite = true })
check.raises("io", "fs.mkdir makes it", fs.copy, "b", "no/b")
check.raises("io", 'cannot copy "nothing": there is no such', fs.copy, "nothing", "x")
os.execute "mkfifo moved/pipe"
check.raises("io", 'cannot copy "moved/pipe": it is a pipe', fs.copy, "moved", "again")
check.equal({ fs.exists "again", #fs.glob ".codex-lua*" }, { false, 0 })

check.equal(fs.remove "nothing", false)
check.raises("io", "recursive = true removes it", fs.remove, "copy")
os.execute "mkdir far; touch far/kept; ln -s ../far copy/far; ln -s far near"
check.equal(
  { fs.remove("copy", { recursive = true }), fs.remove("near/", { recursive = true }) },
  { true, true }
)
check.equal({ fs.exists "copy", fs.exists "near", fs.exists "far/kept" }, { false, false, true })
for what, why in pairs {
  ["/"] = "the root",
  [os.getenv "HOME"] = "home",
  ["."] = "the working directory",
  [".."] = "lies in it",
  ["far/.."] = "the working directory",
  [path.absolute "far/../."] = "the working directory",
} do
  check.raises("io", why, fs.remove, what, { recursive = true })
end
check.equal(fs.remove "far/kept", true)
check.equal(fs.remove "far", true)

fs.mkdir "x/y/z"
fs.mkdir "x/y/z"
check.equal(fs.stat "x/y/z".kind, "directory")
check.raises("io", 'cannot make "b": it is there, and no directory', fs.mkdir, "b")

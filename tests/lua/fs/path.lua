-- Paths as text.
local check = require "check"
local path = require "std.path"

check.equal(path.join("a", "b/", "c"), "a/b/c")
check.equal(path.join("a", "/b"), "/b")
check.equal({ path.dir "a/b", path.dir "a", path.dir "/", path.dir "a/b/" }, { "a", ".", "/", "a" })
check.equal(
  { path.name "a/b.tar.gz", path.stem "a/b.tar.gz", path.ext "a/b.tar.gz" },
  { "b.tar.gz", "b.tar", "gz" }
)
check.equal({ path.name "/", path.name "..", path.ext ".bashrc", path.stem ".bashrc" }, { [4] = ".bashrc" })
check.equal(path.normalize "a//./b/../c/", "a/c")
check.equal(
  { path.normalize "/..", path.normalize "", path.normalize "../a/..", path.normalize "a\xff\n" },
  { "/", ".", "..", "a\xff\n" }
)
check.equal({ path.absolute("b", "/a"), path.absolute("/b/../c", "/a") }, { "/a/b", "/c" })
check.equal(
  { path.relative("/a/b", "/a/c"), path.relative("a/b", "a"), path.relative("a", "a") },
  { "../b", "b", "." }
)
check.equal(path.relative(path.absolute "x/y"), "x/y")
check.equal({ path.is_absolute "/a", path.is_absolute "a" }, { true, false })
check.raises("usage", "path.dir: the path must be a path: a string", path.dir, 1)
check.raises("usage", "path.name takes 1 argument", path.name, "a", "b")

-- A temporary directory goes when it is closed, and links in it are not followed.
local check = require "check"
local fs, task = require "std.fs", require "std.task"

fs.write("kept", "kept")
local path
task
  .spawn(function()
    local dir <close> = fs.temp_dir()
    path = dir.path
    check.equal({ tostring(dir), fs.stat(path).mode, #fs.list(path) }, { path, "700", 0 })
    fs.write(path .. "/a/b", "x", { parents = true })
    os.execute(("ln -s '%s' '%s/link'"):format(require "std.path".absolute ".", path))
  end)
  :await()
check.equal({ fs.exists(path), fs.read "kept" }, { false, "kept" })

-- Closing twice is closing once, and one that is gone already is no matter.
local gone = fs.temp_dir()
fs.remove(gone.path)
gone:close()
gone:close()
fs.temp_dir()

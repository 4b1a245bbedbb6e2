---@meta std.fs

---`require "std.fs"`: files and directories. Every call awaits but `temp_dir`; a task that is cancelled in one waits until
---nothing is left half done.
---
---What is not there is nil. What cannot be done raises `io`, with `path`. Paths and texts are bytes, as they are on the disk.
---@class std.fs
local fs = {}

---The bytes of a file; nil when it is not there. Raises `memory` when the script's memory is too small for it.
---@param path string
---@return string?
function fs.read(path) end

---Gives a file this content. Whoever reads it meanwhile finds the old or the new, never a part, also when the script is
---stopped: it is written beside the file and then put in its place. Links are followed; the mode stays.
---@param path string
---@param text string
---@param options? std.fs.WriteOptions
function fs.write(path, text, options) end

---Adds to the end of a file, which is made if it is not there.
---@param path string
---@param text string
---@param options? std.fs.AppendOptions
function fs.append(path, text, options) end

---What is in a directory, by name; nil when it is not there.
---@param path string
---@return std.fs.Entry[]?
function fs.list(path) end

---All below a directory, for a `for`, found as it is asked for; what is in a directory comes after it, by name.
---
---    for entry in fs.walk("src", { filter = "*.rs" }) do
---      print(entry.path)
---    end
---
---Left out is what `std.watch` leaves out: what version control keeps for itself, and what `.gitignore` and `.ignore` files
---say. Links are not followed. Raises `io` at a directory that may not be read.
---@param path string
---@param options? std.fs.WalkOptions
---@return std.Walk walk
---@return nil
---@return nil
---@return std.Walk walk
function fs.walk(path, options) end

---The paths that a pattern names, as a shell finds them: `*` and `?` stop at a slash, `**/` is any number of directories,
---`{a,b}` is one of both. Ignore files say nothing here; names that begin with a dot match where a part of the pattern does.
---Links are not followed below the first part that is a pattern. Raises `io` at a directory that may not be read.
---@param pattern string
---@param options? std.fs.GlobOptions
---@return string[] paths by name
function fs.glob(pattern, options) end

---What is known of a path; nil when nothing is there, or where its link leads.
---@param path string
---@param options? std.fs.StatOptions
---@return std.fs.Stat?
function fs.stat(path, options) end

---Whether something is there, and where its links lead.
---@param path string
---@return boolean
function fs.exists(path) end

---Makes a directory and those that it lies in; it may be there already.
---@param path string
function fs.mkdir(path) end

---Copies a file, or a directory with all below it, with their modes; it is there whole or not at all. `to` is the new
---path, not the directory that it comes into. Links in a directory are copied as links.
---@param from string
---@param to string
---@param options? std.fs.PutOptions
function fs.copy(from, to, options) end

---Moves a file, a link or a directory, also to another file system. `to` is the new path, not the directory that it
---comes into.
---@param from string
---@param to string
---@param options? std.fs.PutOptions
function fs.move(from, to, options) end

---Removes a file, a link (not where it leads) or an empty directory. Never the root, the home, the working directory, or a
---directory that they lie in.
---@param path string
---@param options? std.fs.RemoveOptions
---@return boolean removed false when nothing was there
function fs.remove(path, options) end

---Makes an empty directory that only this user can read. It is removed, with all in it, when it is closed, or when the
---script ends.
---
---    local dir <close> = fs.temp_dir()
---    fs.write(dir.path .. "/notes", "…")
---@return std.TempDir
function fs.temp_dir() end

---@alias std.fs.Kind "file" | "directory" | "link" | "other"

---@class std.fs.Entry
---@field path string begins as the path of the directory was given
---@field name string
---@field kind std.fs.Kind of itself: links are not followed

---@class std.fs.Stat
---@field kind std.fs.Kind
---@field size integer bytes
---@field modified number seconds since 1970
---@field mode string permissions in octal digits, such as "644"
---@field target? string where a link points

---@class std.fs.WriteOptions : table<"atomic" | "mode" | "parents", any>
---@field atomic? boolean false writes into the file itself, where none can be made beside it or its other names shall see it
---@field mode? string permissions in octal digits, such as "600"; as they were if left out
---@field parents? boolean makes the directories that it lies in

---@class std.fs.AppendOptions : table<"parents", any>
---@field parents? boolean makes the directories that it lies in

---@class std.fs.WalkOptions : table<"ignore" | "filter" | "hidden" | "depth", any>
---@field ignore? string | string[] globs, as lines of a `.gitignore`, of what is left out; `"!name"` is there although an ignore file names it
---@field filter? string | string[] globs of the files that come; directories then do not
---@field hidden? boolean false leaves out names that begin with a dot
---@field depth? integer how many directories deep; 1 is what lies in the first

---@class std.fs.GlobOptions : table<"cwd", any>
---@field cwd? string what the pattern is seen from; the working directory if left out

---@class std.fs.StatOptions : table<"follow", any>
---@field follow? boolean false looks at a link itself

---@class std.fs.PutOptions : table<"overwrite", any>
---@field overwrite? boolean replaces a file that is there; never a directory

---@class std.fs.RemoveOptions : table<"recursive", any>
---@field recursive? boolean with all that is in it

---A walk. Calling it gives the next entry, so that a `for` walks it.
---@class std.Walk
---@overload fun(): std.fs.Entry?
local Walk = {}

---Ends it.
function Walk:close() end

---A directory that is removed when it is closed.
---@class std.TempDir
---@field path string
local TempDir = {}

---Removes it; the task that closes it ends after that.
function TempDir:close() end

return fs

---@meta std.watch

---`require "std.watch"`: files that change.
---
---Each changed content is delivered at least once; changes that come together, or while the script is busy, are one
---batch. Where the content is known, a write of the same content is no change: it is known of files that were delivered
---and left alone since, and from the beginning in trees of at most 4,096 files. Files over 16 MiB are never read.
---
---What the script's own turns wrote by patches (items `file_change`), and what it did itself by `std.fs`, is left out as
---long as the file holds what that left: what others write there before or after is told. What changed while a command of
---its turns ran is marked `maybe_own`. Not known as its own are what the script writes by Lua's `io` and `os` or by commands
---that it starts, what `fs.write` with `atomic = false` leaves by halves when it is cancelled, and files over 16 MiB that
---`fs.copy` and `fs.move` bring. While a turn runs, which may yet tell of what it wrote, a batch waits for its end, but
---never longer than `max_wait`; `sync` and `stable_for` are as ever.
---
---Links below a path are not followed: a link changes when it points elsewhere. A path that is deleted and made again is
---watched again. What version control keeps (`.git`, `.hg`, `.jj`, `.svn`) is left out, and what `.gitignore` and
---`.ignore` files say, by git's rules. At a limit of the system, and on file systems over a network, the files are
---compared every second, and a line on standard error says so.
---@class std.watch
local watch = {}

---Watches files and folders, for a `for`. What changes after the call is delivered.
---
---    for batch in watch.files("src", { filter = "*.rs" }) do
---      codex.run("These files changed: " .. table.concat(batch.paths, ", "))
---    end
---
---Raises `usage` when a path is not there or a glob is wrong; the loop raises `io` when all paths are gone for a minute, and
---`loop` when it wakes itself: after five of its turns the same paths had changed, and all the while nobody else changed
---anything. Turns that it leaves to other tasks are not seen as its own. The error's `paths` names them.
---@param paths string | string[] files, and folders with all below them
---@param options? std.watch.Options
---@return std.Watcher watcher
---@return nil
---@return nil
---@return std.Watcher watcher closes however the loop is left
function watch.files(paths, options) end

---Says whether a path is watched, and which rule decided.
---@param path string it need not be there; with a slash at its end it is a folder
---@param options? std.watch.ExplainOptions
---@return std.watch.Explanation
function watch.explain(path, options) end

---@class std.watch.Options : table<"ignore" | "filter" | "debounce" | "max_wait" | "stable_for" | "initial" | "own", any>
---@field ignore? string | string[] globs, as lines of a `.gitignore`, of what is not watched; `"!name"` is watched although an ignore file names it
---@field filter? string | string[] | fun(path: string): boolean globs of the files that are watched, or a function that says it of each file that changed
---@field debounce? codex.Duration how long nothing must have changed before a batch comes; 0.1 seconds if left out
---@field max_wait? codex.Duration how long a change waits at most, when it is never quiet; 2 seconds if left out
---@field stable_for? codex.Duration how long a file must have been left alone, however long that takes: for files that are written slowly
---@field initial? boolean the first batch has all that is there, as created
---@field own? boolean what this script's turns patched and what it did itself by `std.fs` is delivered too, marked `own`

---@class std.watch.ExplainOptions : table<"root" | "ignore" | "filter", any>
---@field root? string the folder that is watched; the working folder if left out
---@field ignore? string | string[]
---@field filter? string | string[] | fun(path: string): boolean

---@class std.watch.Batch
---@field changes std.watch.Change[] in the order of their paths, each path once
---@field paths string[] the paths of the changes
---@field fresh boolean the whole tree was compared, since the system lost track, or because of `initial`

---@class std.watch.Change
---@field path string as the path given to `files` begins
---@field kind "created" | "modified" | "removed" | "renamed" since it was last delivered
---@field from? string of "renamed": how it was called
---@field maybe_own? true it came while a command or a tool of this script's turns ran, which may have written it
---@field own? true this script did it by `std.fs`, or a turn of it by a patch; delivered only with the option `own`, and where `initial` asks for all

---@class std.watch.Explanation
---@field watched boolean
---@field why string in words
---@field rule? string the glob that decided
---@field file? string the file that it stands in
---@field line? integer and where

---A watcher. Calling it gives the next batch, so that a `for` walks it.
---@class std.Watcher
---@overload fun(): std.watch.Batch?
local Watcher = {}

---Waits until all that was written before has been seen. It has then been given to the task that waits for a batch, or is
---in the one that the loop gets next, without waiting for quiet. Nothing is written into what is watched: it may be
---read-only. (A file is written in a folder of its own in TMPDIR; where that cannot be, all files are compared.)
function Watcher:sync() end

---Ends it, and the loop over it.
function Watcher:close() end

return watch

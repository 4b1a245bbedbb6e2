---@meta std.task

---`require "std.task"`: many things at once. Tasks switch only where they await: what is between is atomic.
---@class std.task
local task = {}

---Runs a function as a task of its own. The task that spawned it waits for it at its end; when it raises, its
---siblings are cancelled and the error is raised there.
---@param run fun(...: any): ...
---@param ... any its arguments
---@return std.Task
function task.spawn(run, ...) end

---@class std.task.ScopeOptions : table<"timeout" | "budget", any>
---@field timeout? codex.Duration how long it may take; then all in it is cancelled, and it raises `timeout`
---@field budget? codex.Budget what all turns may spend that are started in it, by whichever of its tasks, on whichever thread

---Runs a function, and waits for it and for all tasks that it spawned. Returns what it returned; raises what it, or one
---of them, raised, after the others were cancelled.
---@param run fun(): ...
---@param options? std.task.ScopeOptions
---@return any ...
function task.scope(run, options) end

---Waits, and lets others run.
---@param time codex.Duration
function task.sleep(time) end

---Lets others run.
function task.yield() end

---A task.
---@class std.Task
---@field status "running" | "done" | "failed" | "cancelled"
local Task = {}

---Waits for its end. Returns what it returned, raises what it raised, or `cancelled`.
---@return any ...
function Task:await() end

---Has it end where it awaits; its `<close>` variables close, and no `pcall` of it goes on.
function Task:cancel() end

return task

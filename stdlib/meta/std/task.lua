---@meta std.task

---`require "std.task"`: many things at once. Tasks switch only where they await: what is between is atomic.
---
---A task that spawned others waits for them at its end. When one of them raises and nobody awaits it, the others are
---cancelled, their `<close>` variables close, and the error is raised where the task is. Cancelling goes down to all that a
---task spawned, interrupts the turns that it waits for, and no `pcall` stops it. An error that comes out of another task has
---the lines of both in its `traceback`. A task that computes for a second without awaiting anything holds up all others, and
---gets a line on standard error.
---@class std.task
local task = {}

---Runs a function as a task of its own. The task that spawned it waits for it at its end; when it raises, its
---siblings are cancelled and the error is raised there.
---@param run fun(...: any): ...
---@param ... any its arguments
---@return std.Task
function task.spawn(run, ...) end

---Runs a function as a task that belongs to the script alone: nobody waits for it, no error cancels it and no `scope` that
---it was started in holds for it. Its own error is one line on standard error, unless somebody awaits it. It is cancelled
---when the script's other tasks have ended.
---@param run fun(...: any): ...
---@param ... any its arguments
---@return std.Task
function task.detach(run, ...) end

---What can be waited for with others: a function is run as a task of its own.
---@alias std.task.Awaitable std.Task | fun(): ...

---Waits for all. When one raises, the others are cancelled, and its error is raised once they have closed.
---@param list std.task.Awaitable[]
---@return any[] results the first value of each, at its place
function task.all(list) end

---Waits for the first to end, well or not: returns what it returned, or raises what it raised. The others are cancelled, and
---have closed before that.
---@param list std.task.Awaitable[] at least one
---@return any ...
function task.race(list) end

---@class std.task.MapOptions : table<"limit" | "on_error", any>
---@field limit? integer how many at once, from 1; all, if not given
---@field on_error? "cancel" | "collect" the first error cancels the rest and is raised (this is the default), or all are run and their errors returned

---Calls a function for each entry of a list, each in a task of its own.
---@generic T
---@param list T[]
---@param run fun(entry: T, place: integer): any
---@param options? std.task.MapOptions
---@return any[] results the first value of each, at the place of its entry
---@return table<integer, any> errors by place; empty unless they are collected
function task.map(list, run, options) end

---@class std.task.ScopeOptions : table<"timeout" | "budget", any>
---@field timeout? codex.Duration how long it may take; then all in it is cancelled, and it raises `timeout`
---@field budget? codex.Budget what all turns may spend that are started in it, by whichever of its tasks, on whichever thread

---Runs a function, and waits for it and for all tasks that it spawned. Returns what it returned; raises what it, or one
---of them, raised, after the others were cancelled.
---@param run fun(): ...
---@param options? std.task.ScopeOptions
---@return any ...
function task.scope(run, options) end

---A scope of which only the time is limited: raises `timeout` when the function, or what it spawned, takes longer.
---@param run fun(): ...
---@param time codex.Duration
---@return any ...
function task.timeout(run, time) end

---Waits, and lets others run.
---@param time codex.Duration
function task.sleep(time) end

---Lets others run.
function task.yield() end

---A channel between tasks: values come out in the order in which they were sent, each to one receiver.
---@param capacity? integer how many values may wait in it; 0, the default, has each `send` wait until its value is taken
---@return std.Channel
function task.channel(capacity) end

---What can be selected from: an iterator (a watcher, a timer, signals, a turn or its events, …), a channel, a task, which
---gives its values once, or a function, which is called again and again until it returns nil, each time in advance.
---@alias std.task.Source std.Channel | std.Task | userdata | fun(): ...

---Waits for several things at once: a `for` over the name of the one that has a value, and its values. None of them starves:
---they take turns. It ends when all have ended, and raises what one of them raises. It owns what it was given: when the loop
---is left in whatever way, all of it is closed, as by `<close>`: watchers and timers end, tasks are cancelled, turns are
---interrupted, channels closed. (Only functions cannot be closed; so `function() return channel:recv() end` lends a channel.)
---@generic K
---@param sources table<K, std.task.Source>
---@return fun(): K, ...
---@return nil
---@return nil
---@return std.Select
function task.select(sources) end

---A task.
---@class std.Task
---@field status "running" | "done" | "failed" | "cancelled"
local Task = {}

---Waits for its end. Returns what it returned, raises what it raised, or `cancelled`.
---@return any ...
function Task:await() end

---Has it end where it awaits; its `<close>` variables close, and no `pcall` of it goes on.
function Task:cancel() end

---A channel. Calling it is receiving, so that a `for` walks it until it is closed and empty.
---
---Where each task waits for another there is no end: a `recv` that nobody can send to waits until it is cancelled.
---@class std.Channel
---@overload fun(): any
---@field closed boolean nothing can be sent any more
local Channel = {}

---Sends a value, and waits where there is no room for it. Raises `closed` when the channel is, or is closed meanwhile; then,
---as when the task is cancelled, the value was not sent.
---@param value any all but nil, which says that a channel has ended
function Channel:send(value) end

---The next value; waits for one. nil when the channel is closed and all was received.
---@return any value
function Channel:recv() end

---Lets nothing more be sent. What waits in it can still be received. Closing it again does nothing.
function Channel:close() end

---What `select` waits for. Calling it gives the next name and its values.
---@class std.Select
---@overload fun(): any, ...
local Select = {}

---Ends it, and all that it was given.
function Select:close() end

return task

---@meta std.process

---`require "std.process"`: commands that the script runs itself, with its own rights and its own environment: they are no
---commands of the agent. A command is a list of its program and its arguments, which no shell looks at; `shell` is for
---those that one should.
---
---What a command starts belongs to it, however far it has gone: all of it ends with the call, the handle, the `timeout` or
---the script.
---@class std.process
local process = {}

---Runs a command and waits for its end. An exit status that is not zero is no error, unless `check` says so.
---
---    local found = process.run { "git", "status", "--porcelain" }
---    print(found.code, found.stdout)
---
---When the command has ended, what it left running is ended too; before that, whoever still holds its output has a second
---to write the rest. Raises `process` when the program is not found or cannot be run, when it writes more than `limit`, and
---for `check`; `timeout` (with `may_have_run`) when it takes longer than that.
---@param argv (string | number)[] the program, looked for in PATH unless it has a slash, and its arguments
---@param options? std.process.Options
---@return std.process.Result
function process.run(argv, options) end

---Runs a command line with `/bin/sh -c`. Never put into it what others wrote: give that as an argument of `run`, or in
---`env`.
---@param command string
---@param options? std.process.Options
---@return std.process.Result
function process.shell(command, options) end

---Starts a command and talks with it. It goes on until it ends by itself, `close` is called, or the script ends.
---
---    local sorting <close> = process.spawn { "sort" }
---    sorting:write("b\n", "a\n")
---    sorting:close_stdin()
---    for line in sorting:lines() do print(line) end
---
---Standard input and output are pipes, and standard error is the script's own, if nothing else is said. What the script does
---not read holds the command up: nothing is gathered. Raises `process` when it cannot be started.
---@param argv (string | number)[]
---@param options? std.process.Options
---@return std.Process
function process.spawn(argv, options) end

---@alias std.process.Stream
---| "pipe" the script reads it
---| "inherit" it is the script's own
---| "null" nobody reads it

---@class std.process.Options : table<"cwd" | "env" | "stdin" | "stdout" | "stderr" | "timeout" | "limit" | "check", any>
---@field cwd? string where it runs; a program with a slash in its name is looked for from there
---@field env? table<string, string | number | false> variables besides the script's own; `false` takes one away
---@field stdin? string | boolean what it reads: a text, or `true` for the script's own input; left out or `false`: nothing, and of `spawn` what `write` gives
---@field stdout? std.process.Stream "pipe" if left out
---@field stderr? std.process.Stream "pipe" if left out, of `spawn` "inherit"
---@field timeout? codex.Duration how long it may take; then all of it is ended, and `timeout` is raised
---@field limit? integer how many bytes `run` gathers of each stream, and one `read` of a line or of all; 16 MiB if left out
---@field check? boolean an exit status other than zero, or a signal that ended it, is raised as `process` with `code`, `signal` and the last lines of `stderr`

---@class std.process.Result
---@field code? integer its exit status; nil when a signal ended it
---@field signal? string the signal that ended it, such as "KILL"
---@field stdout? string what it wrote, when that is a pipe
---@field stderr? string likewise

---A command that runs. Reading and writing await; both go on after its end for what is still in the pipes.
---@class std.Process
---@field pid integer
---@field stderr? std.process.Reader its standard error, with `stderr = "pipe"`
local Process = {}

---Reads its standard output, by the formats of `file:read`; nil at the end.
---@param ... "l" | "L" | "n" | "a" | integer "l" if left out
---@return string | number | nil ...
function Process:read(...) end

---Reads its standard output in a `for`, by lines if no format is given.
---@param ... "l" | "L" | "n" | "a" | integer
---@return fun(): (string | number | nil)
function Process:lines(...) end

---Writes to its standard input, and waits while the command does not read. Raises `io` when it reads no more.
---@param ... string | number
---@return std.Process
function Process:write(...) end

---Ends its standard input.
function Process:close_stdin() end

---Waits for the command itself. Raises `timeout` after the option's time, `process` for `check`, `closed` after `close`.
---@return std.process.Result only `code` and `signal`
function Process:wait() end

---Sends a signal to the command itself, not to what it started.
---@param signal? "TERM" | "KILL" | "INT" | "HUP" | string "TERM" if left out
---@return boolean sent false when it had ended
function Process:kill(signal) end

---Ends it at once, with all that it started.
function Process:close() end

---A stream that a command writes.
---@class std.process.Reader
local Reader = {}

---@param ... "l" | "L" | "n" | "a" | integer "l" if left out
---@return string | number | nil ...
function Reader:read(...) end

---@param ... "l" | "L" | "n" | "a" | integer
---@return fun(): (string | number | nil)
function Reader:lines(...) end

return process

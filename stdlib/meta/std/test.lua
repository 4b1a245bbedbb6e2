---@meta std.test

---`require "std.test"`: tests of scripts, with a scripted model: no account, no network, not a token spent.
---
---`codex-lua test [PATHS]` runs each case of each `*_test.lua` in a process of its own, several at once: the file is
---loaded anew, and only that case runs. It has a Lua state, a scripted model, a Codex home and a project folder of its
---own. The project folder is empty at first and is the working folder: relative paths lead there, and there the agent
---works. `require` looks beside the file of the test, as for any script.
---@class std.test
local test = {}

---Adds a case to the file that is being loaded. Two of one name are refused.
---
---A case fails when it raises, when a task of it does, when it calls `os.exit`, or when it ends and replies are left that
---no thread has asked for.
---@param name string
---@param run fun(t: std.Test)
function test.case(name, run) end

---A case that runs. Its assertions raise the error `assertion` where they do not hold.
---@class std.Test
---@field name string of the case
---@field model std.test.Model what answers in place of a model
---@field dir string the folder that the file of the test lies in, absolute: for what lies beside it
---@field project string the project folder, absolute
local Test = {}

---They are the same: what `==` holds for the same is, so 1 and 1.0 are; tables are when what they hold is, in rings too,
---unless their `__eq` decides. NaN is the same as NaN. The message tells each place where they differ.
---@param got any
---@param want any
---@param what? string what the message begins with
function Test:equal(got, want, what) end

---It is neither nil nor false.
---@generic T
---@param value T
---@param what? string what the message begins with
---@return T value
function Test:truthy(value, what) end

---The text has the Lua pattern in it.
---@param text string?
---@param pattern string
---@param what? string what the message begins with
---@return any ... what `string.match` returns
function Test:matches(text, pattern, what) end

---The function raises an error of this kind.
---@param kind codex.ErrorKind | nil nil for any error, those of Lua itself too, which are texts
---@param run fun(...: any)
---@param ... any its arguments
---@return any error
function Test:raises(kind, run, ...) end

---Runs a script as `codex-lua run` does, in the project folder, against the same model and Codex home, and waits for its
---end. A relative path is looked for beside the file of the test.
---@param script string
---@param args? string[]
---@param options? std.test.RunOptions
---@return std.test.Ended
function Test:run(script, args, options) end

---@class std.test.RunOptions : table<"stdin" | "env", any>
---@field stdin? string what it reads; nothing if left out
---@field env? table<string, string> further variables of its environment

---What a script that was run came to.
---@class std.test.Ended
---@field code integer its exit status; 128 and its number when a signal ended it
---@field stdout string
---@field stderr string

---The model of a case. It knows nothing to say but what it is given.
---@class std.test.Model
local Model = {}

---Gives replies, as a file for `--offline=REPLIES.lua` lists them; more may be given at any time. Each thread consumes
---the list from its start. A function is the last: it makes all replies that come after those before it, on the thread of
---the test, where it may keep account of what it was asked.
---@param ... codex.Reply | fun(request: codex.ModelRequest): codex.Reply
function Model:reply(...) end

---What the model was asked so far, oldest first; the latest requests, up to 8 MiB of them.
---@return codex.ModelRequest[]
function Model:requests() end

---Looks at the next request, oldest first, each once: a text must be in its `text`; a table names fields, each of
---which must be the same as that of the request.
---@param what string | table<string, any>
---@return codex.ModelRequest
function Model:expect(what) end

return test

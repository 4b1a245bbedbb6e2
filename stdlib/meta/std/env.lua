---@meta std.env

---`require "std.env"`: the variables that the script was started with, and files of such. Nothing here changes the process:
---what a command is to get goes into its option `env`, what Codex is to get into the environment that the script is started
---in.
---@class std.env
local env = {}

---The value of a variable; nil when it is not set.
---@param name string
---@return string?
function env.get(name) end

---All variables.
---@return table<string, string>
function env.all() end

---Reads a `.env` file into a table; nil when there is no such file. The process does not see it.
---
---    local settings = env.load ".env" or {}
---    process.run({ "./deploy" }, { env = settings })
---
---Each line is blank, a comment (`# …`) or `NAME=value`, which may begin with `export`. A value without quotes ends at ` #`
---or with its line. Between single quotes all is as it stands; between double quotes a backslash makes `\n`, `\r`, `\t`,
---`\"`, `\\` and `\$`; both may go over lines. Nothing is expanded: `$HOME` is these five letters. Of a name that comes twice
---the last counts. Raises `parse` with the line of what is wrong, and `io` when the file cannot be read. Values whose names
---say that they are secret are kept out of errors, logs and notices from then on.
---@param path string
---@return table<string, string>?
function env.load(path) end

return env

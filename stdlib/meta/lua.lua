---@meta

-- What differs from stock Lua 5.4.
--
-- * `require` looks beside the script, in `--lua-path`, and in what is built in; `LUA_PATH`, `LUA_CPATH` and
--   `LUA_INIT` do nothing. `package` has `loaded` and `preload`.
-- * `load`, `loadfile` and `dofile` take source text only, never bytecode.
-- * `debug` has `traceback` only.
-- * What awaits may be called in coroutines, in `pcall`, in metamethods and in files that are required; not in
--   comparators of `table.sort`, callbacks of `string.gsub`, `__tostring` and `__gc`.
-- * When a script is stopped, each `__close` handler has 100 ms of computing before it is abandoned, with a warning
--   that names it; it cannot await. So has each `__gc` handler that is still to run when the host ends, and all of
--   them have a second.
-- * Warnings, of `warn` and of an error in `__gc`, are on: each is a line on standard error.

---The script's arguments from 1 on, and its name at 0. `...` holds the arguments too.
---@type string[]
arg = {}

---Ends the script: `<close>` variables close, running turns are interrupted. No `pcall` catches it.
---@param status? integer | boolean 0 to 255; true, or nothing, is 0, false is 1
---@return never
function os.exit(status) end

---Runs a command of /bin/sh; other tasks run meanwhile.
---@param command? string without one: whether there is a shell
---@return boolean? ok
---@return ("exit" | "signal")? how
---@return integer? code exit status or signal
function os.execute(command) end

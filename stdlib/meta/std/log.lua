---@meta std.log

---`require "std.log"`: what a script does, a line each. The functions of the module write to standard error, from "info" on:
---
---    log.info("deployed", { host = name, seconds = 3.5 })
---    -- 2026-11-25T08:00:00Z info deployed host=web1 seconds=3.5
---
---Keys, tokens and values of fields whose names say that they are secret are left out; control characters are escaped.
---@class std.log
local log = {}

---A logger of its own: for a file, for JSON, for another level, with fields that each of its lines has.
---
---A file is made private (0600), continued at its end, and no other process may write it meanwhile; links are not followed.
---Raises `io` when it cannot be opened or written.
---@param options? std.log.Options
---@return std.Logger
function log.open(options) end

---@param message string
---@param fields? table<string, any>
function log.debug(message, fields) end

---@param message string
---@param fields? table<string, any>
function log.info(message, fields) end

---@param message string
---@param fields? table<string, any>
function log.warn(message, fields) end

---@param message string
---@param fields? table<string, any>
function log.error(message, fields) end

---@class std.log.Options : table<"level" | "file" | "format" | "fields", any>
---@field level? "debug" | "info" | "warn" | "error" the least that is written; "info" if left out
---@field file? string where to; standard error if left out
---@field format? "text" | "json" "json" of a file, else "text", if left out. JSON has `time`, `level`, `message` and the fields, an object a line
---@field fields? table<string, any> of each line

---@class std.Logger
local Logger = {}

---@param message string
---@param fields? table<string, any> all but `time`, `level` and `message`; what has no form in JSON is written as `tostring` has it
function Logger:debug(message, fields) end

---@param message string
---@param fields? table<string, any>
function Logger:info(message, fields) end

---@param message string
---@param fields? table<string, any>
function Logger:warn(message, fields) end

---@param message string
---@param fields? table<string, any>
function Logger:error(message, fields) end

---Closes its file.
function Logger:close() end

return log

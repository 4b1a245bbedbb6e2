---@meta std.json

---`require "std.json"`: JSON.
---@class std.json
---@field null lightuserdata what stands for null in free-form content; false in no comparison but with itself
local json = {}

---A table as JSON. A table with values at 1 to n is an array, any other an object, also an empty one; see
---`json.array`. Raises `usage` and names the place of what has no form in JSON (a function, NaN, invalid UTF-8, what nests
---deeper than 127 levels or holds itself).
---@param value any
---@param options? std.json.EncodeOptions
---@return string
function json.encode(value, options) end

---@class std.json.EncodeOptions : table<"pretty", any>
---@field pretty? boolean indented; false if left out

---JSON as tables. Null is `json.null`; arrays stay arrays on the way back, empty ones too. Raises `parse` with line
---and column, and for a text that is larger or nests deeper than it may.
---@param text string
---@param options? std.json.DecodeOptions
---@return any
function json.decode(text, options) end

---@class std.json.DecodeOptions : table<"limit" | "depth", any>
---@field limit? integer bytes of the longest text that is read; no limit if left out
---@field depth? integer how deep it may nest; 127, which is the most, if left out

---Marks a table as an array, so that it is one in JSON also when it is empty.
---@generic T: table
---@param table? T
---@return T
function json.array(table) end

return json

---@meta std.inspect

---`require "std.inspect"`: a value as text that people read, as the prompt shows it. The module is a function.
---
---    print(inspect({ name = "x", list = { 1, 2 } })) -- { list = { 1, 2 }, name = "x" }
---
---It is Lua where that is possible. What is deep or long is cut, and says so; a table that is in itself is `<cycle>`. Control
---characters are escaped. Nothing of the value's own runs but `__tostring` of the value itself.
---@overload fun(value: any, options?: std.inspect.Options): string
---@class std.inspect

---@class std.inspect.Options : table<"depth" | "columns" | "fields" | "text", any>
---@field depth? integer tables within tables; 4 if left out
---@field columns? integer of a line, where that is possible; 80 if left out
---@field fields? integer of each table; 100 if left out
---@field text? integer bytes of each string; 400 if left out

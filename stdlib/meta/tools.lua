---@meta

-- Lua functions as tools: what `codex.tool` and `codex.tools` take and give.

---What the agent may call a tool with: a JSON schema of an object, as a table.
---
---All of it is checked before the function runs, and the agent is told what does not fit. What the model sees of it is
---what Codex 0.169 passes on: `type`, `description`, `properties`, `required`, `additionalProperties`, `items`, `minItems`,
---`enum`, `anyOf`, `oneOf`, `allOf`, `$ref` and `$defs`, but no patterns, limits, formats and defaults; and an `enum` or
---`const` without a `type` is told as one of strings. Else it is as `codex.Schema`.
---@alias codex.ToolInput table<string, any>

---What a tool is made of.
---@class codex.ToolOptions : table<"name" | "description" | "input" | "run" | "timeout", any>
---@field name string at most 128 of: letters from a to z, digits, `_` and `-`; not one of Codex's own tools
---@field description string by which the agent knows when to call it, and what comes of it
---@field input? codex.ToolInput what it is called with; nothing if left out
---@field run codex.ToolRun
---@field timeout? codex.Duration how long a call may take; then the agent is told so, and it is cancelled where it awaits something. 15 minutes if left out

---What runs when the agent calls a tool: as a task beside the script, several at once. It may await, and ask Codex itself.
---
---* A text is what the agent is told. So is an image, and a list of texts and images with at least one image in it.
---* Anything else is told as JSON: a table, a number, nil (null).
---* nil and a text (`return nil, "there is no ticket 7"`) tell the agent that the call failed, and why.
---* An error fails the call too, and the script goes on: the agent is told its message without the place, and a line on
---  standard error has both.
---@alias codex.ToolRun fun(args: table<string, any>, call: codex.ToolCall): any, string?

---An image that a tool gives.
---@class codex.ToolImage
---@field image string a `data:` URL; Codex fetches nothing

---A call of a tool. All but the ids of thread and turn comes from the agent.
---@class codex.ToolCall
---@field id string of the call, and of its item; the model makes it up
---@field tool string
---@field namespace string?
---@field thread_id string
---@field turn_id string

---A Lua function that the agent can call, or several under one name. Subagents cannot call it (Codex 0.169).
---@class codex.Tool
---@field name string
---@field description string

---What `codex.tools` puts under one name.
---@class codex.ToolsOptions : table<"name" | "description" | "tools", any>
---@field name string at most 64 of: letters from a to z, digits, `_` and `-`; not one that Codex or the model's API has
---@field description string at most 1024 characters
---@field tools codex.Tool[] what `codex.tool` returned, at least one

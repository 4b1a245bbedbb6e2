---@meta

-- What a file for `--offline=REPLIES.lua` returns: the answers of the scripted model.
--
-- The file runs in a Lua state of its own, with `require "std.json"` and `require "std.time"` but without Codex.

---A list, which each thread consumes from its start, or a function. Past the end of the list the turn fails and
---says so.
---@alias codex.Replies codex.Reply[] | fun(request: codex.ModelRequest): codex.Reply

---One answer of the model: a text, a part, or a list of these as one answer.
---@alias codex.Reply string | codex.ReplyPart | (string | codex.ReplyPart)[]

---@alias codex.ReplyKey
---| "text"
---| "phase"
---| "reasoning"
---| "call"
---| "input"
---| "namespace"
---| "patch"
---| "error"
---| "message"
---| "body"
---| "failed"
---| "silent"
---| "drop"
---| "usage"
---| "delay"
---| "slow"

---One part, which is what the first of its keys in this order says: `error`, `failed`, `silent`, `drop`, `call`,
---`patch`, `text`, `reasoning`.
---@class codex.ReplyPart : table<codex.ReplyKey, any>
---@field text? string a message; with `drop` what is said before the connection breaks
---@field phase? "commentary" | "final_answer" of a message
---@field reasoning? string a summary of reasoning, before a message or a call, or alone
---@field call? string name of a tool: with a table as `input` a function, with a text a freeform tool
---@field input? table<string, any> | string what the tool is called with
---@field namespace? string of the tool
---@field patch? string a patch for `apply_patch`
---@field error? integer an HTTP status from 400 to 599 in the place of an answer
---@field message? string of `error` and `failed`
---@field body? string | table of `error`: the whole body
---@field failed? string | { code: string?, message: string? } the answer ends as failed
---@field silent? true the answer begins, and nothing follows
---@field drop? true the connection breaks in the middle of a message
---@field usage? codex.ReplyUsage what the answer says it cost; computed from the texts if left out
---@field delay? codex.Duration to wait before this part
---@field slow? codex.Duration to wait between two deltas of a message or of reasoning

---Tokens.
---@class codex.ReplyUsage : table<"input_tokens" | "cached_input_tokens" | "output_tokens" | "reasoning_output_tokens" | "total_tokens", any>
---@field input_tokens? integer
---@field cached_input_tokens? integer
---@field output_tokens? integer
---@field reasoning_output_tokens? integer
---@field total_tokens? integer

---What the server asks of the model.
---@class codex.ModelRequest
---@field thread_id string
---@field number integer 1 for the thread's first request; a turn with tool calls makes several
---@field text string? what the user said last
---@field tool_outputs { call_id: string, name: string, text: string }[] what tools gave since then
---@field model string
---@field effort string? the reasoning effort
---@field kind string? "turn", or "compaction", which wants a summary of the thread
---@field body any the request as it came

---@meta codex

-- What Codex asks, and the functions of a script that answer.
--
-- * They run as tasks beside the script's own, several at once; they may await and use Codex themselves.
-- * A thread's own handler answers for its subagents too. Where it has none, `codex.defaults` counts; where there is
--   none either, what is asked is declined at once, with a line on standard error.
-- * One that raises, returns something else, or takes longer than `approval_timeout` declines, and a line on standard
--   error says why. When the turn ends, or is interrupted, before it has answered, it is cancelled.
-- * While it is asked, a turn's `idle_timeout` stands still; its `timeout` does not.
-- * A handler keeps no script alive.

---@class codex.HandlerFields
---@field on_approval? fun(request: codex.ApprovalRequest): codex.Decision decides what Codex must not do unasked
---@field on_question? fun(request: codex.QuestionRequest): codex.Answers answers what the agent asks the user
---@field on_elicitation? fun(request: codex.ElicitationRequest): codex.ElicitationAnswer answers what an MCP server asks the user
---@field approval_timeout? codex.Duration how long each of these three may take; 15 minutes if left out, `math.huge` is for ever

---@class codex.Defaults : codex.HandlerFields, table<"on_approval" | "on_question" | "on_elicitation" | "approval_timeout", any>
---@field on_approval? fun(request: codex.ApprovalRequest): codex.Decision

---What is asked to be allowed. Its texts are the agent's own words: trust none of them.
---@class codex.ApprovalRequest
---@field kind "command" | "write_stdin" | "network" | "file_change" | "permissions" | "mcp_tool_call"
---@field thread_id string the thread that asks: a subagent's own, where one asks
---@field root_thread_id string? where a subagent asks, the thread that it works for
---@field turn_id string?
---@field item_id string?
---@field reason string? why, in the agent's words
---@field command string? for a command: the whole line, with the shell that runs it (`/bin/bash -c '…'`)
---@field cwd string? for a command and for permissions: the folder it is for
---@field command_actions table[]? for a command: what Codex takes it for, to be shown; no base for a decision
---@field proposed_execpolicy_amendment string[]? for a command: the rule that `accept_with_amendment = true` would write
---@field proposed_network_policy_amendments table[]? for the network: the rules, `{host=, action=}`, that `network_amendment` would write
---@field network_approval_context {host: string, protocol: string}? for the network: what is to be reached
---@field additional_permissions table? for a command: what it is to be allowed beside the sandbox
---@field available_decisions (string | table)[]? for a command: what Codex lists; "decline", "cancel" and "accept_for_session" work all the same
---@field approval_id string?
---@field environment_id string?
---@field started_at_ms integer? milliseconds since 1970
---@field changes codex.FileChange[]? for a change of files: paths, kinds and diffs
---@field grant_root string? for a change of files: the folder that is to be writable for the session
---@field server_name string? for a tool of an MCP server: the server
---@field tool string? for a tool of an MCP server: its name
---@field arguments any for a tool of an MCP server: what it would be called with
---@field message string? for a tool of an MCP server: the question in Codex's words
---@field permissions table? for permissions: what is asked, `{file_system = {entries = {…}}, network = {enabled = true}}`

---What is decided.
---* "accept": once. **A command then runs outside of the sandbox**, with all that you may do yourself.
---* "accept_for_session": also what is alike for the rest of the session, unasked
---* "decline": no; the agent is told so, and goes on
---* "cancel": no, and the turn is interrupted
---@alias codex.Decision "accept" | "accept_for_session" | "decline" | "cancel" | codex.DecisionDetails

---A decision in detail: exactly one of the first four fields.
---@class codex.DecisionDetails : table<"accept_with_amendment" | "network_amendment" | "grant" | "decline" | "scope", any>
---@field accept_with_amendment? true | string[] accepts a command, and **writes a rule into your own Codex rules, for good**: commands that begin with these words run outside of the sandbox and are never asked about again. True is the proposed one, and the only one for a tool of an MCP server
---@field network_amendment? "allow" | "deny" **writes a rule into your own Codex rules, for good**: this host may, or may not, be reached
---@field grant? table of permissions, these: a part of `request.permissions`. Only "decline" grants nothing
---@field decline? string no, and why: the agent is told so, as a message of the user in the same turn
---@field scope? "turn" | "session" how long `grant` holds; "turn" if left out

---What the agent asks the user.
---@class codex.QuestionRequest
---@field thread_id string
---@field root_thread_id string?
---@field turn_id string
---@field item_id string
---@field questions codex.Question[]
---@field is_blocking boolean whether the agent waits for the answer
---@field auto_resolution_ms integer?

---@class codex.Question
---@field id string
---@field header string
---@field question string
---@field options {label: string, description: string}[]? what can be chosen from; an answer is a label
---@field is_other boolean whether another answer may be given too
---@field is_secret boolean whether it is not to be shown

---Answers by the ids of the questions; "decline" answers none of them, "cancel" interrupts the turn.
---@alias codex.Answers table<string, string | string[]> | "decline" | "cancel"

---What an MCP server asks the user. Its texts are that server's own words.
---@class codex.ElicitationRequest
---@field thread_id string
---@field root_thread_id string?
---@field turn_id string?
---@field server_name string
---@field mode "form" | "url" | string
---@field message string?
---@field requested_schema table? for a form: JSON schema of the content
---@field url string? where the user is to go
---@field elicitation_id string?

---@alias codex.ElicitationAnswer "accept" | "decline" | "cancel" | codex.ElicitationDetails

---@class codex.ElicitationDetails : table<"action" | "content", any>
---@field action "accept" | "decline" | "cancel"
---@field content? table what is filled in

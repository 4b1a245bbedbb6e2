---@meta codex

-- What scripts see of Codex. `codex` is a global; `require "codex"` returns the same table.
--
-- * Calls look blocking and yield to other tasks while they wait.
-- * Errors are raised, as tables: see `codex.Error`. What is absent is nil.
-- * Strings of the protocol stay as they are on the wire, but for names: fields, event types and item types are
--   snake_case. A field that is null on the wire is nil here; `json.null` of `std.json` comes only in free-form
--   content (tool arguments, tool results) and in the answers of `codex.request`.
-- * An unknown option is an error that names the nearest one.
-- * What is made for a `for` returns `handle, nil, nil, handle`, so that an inline loop closes the handle however it
--   is left. Here only the first is declared.

---@class codex
---@field version string the version of codex-lua
codex = {}

---A time: seconds (`math.huge` is for ever), or a text such as "500ms", "10s", "1.5m", "2h". Time in which the machine
---sleeps does not count.
---@alias codex.Duration number | string

---What the agent's commands may touch.
---* "read-only": read everywhere, write nowhere
---* "workspace-write": write in the working folder and in temporary folders
---* "full-access": no sandbox at all
---@alias codex.SandboxMode "read-only" | "workspace-write" | "full-access"

---@class codex.SandboxDetails : table<"mode" | "network" | "writable_roots", any>
---@field mode codex.SandboxMode
---@field network? boolean whether commands reach the network; false if left out, and full access always does
---@field writable_roots? string[] absolute folders beside the working one that may be written to; for "workspace-write"

---@alias codex.Sandbox codex.SandboxMode | codex.SandboxDetails

---When Codex asks before it acts. Without an `on_approval` what it asks is declined, with a line on standard error:
---nobody answers for the user.
---* "never": it does not ask; what would need asking is refused to the agent
---* "on-request": when the agent wants out of the sandbox
---* "untrusted": for every command that is not known to be harmless
---* "auto-review": as "on-request", and Codex's own reviewer answers; a command it accepts runs outside the sandbox
---@alias codex.Approval "never" | "on-request" | "untrusted" | "auto-review"

---How hard the model thinks. Which of them there are is up to the model.
---@alias codex.Effort "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | string

---What threads can be told. What is left out follows the user's own Codex configuration.
---@class codex.ThreadFields : codex.HandlerFields
---@field cwd? string the folder that the agent works in; the script's own if left out
---@field model? string
---@field model_provider? string a provider of the Codex configuration
---@field effort? codex.Effort
---@field sandbox? codex.Sandbox
---@field approval? codex.Approval
---@field base_instructions? string in the place of Codex's own instructions
---@field developer_instructions? string beside Codex's own instructions
---@field personality? "none" | "friendly" | "pragmatic"
---@field ephemeral? boolean true: the thread is never saved
---@field name? string its title in lists
---@field config? table<string, any> settings of Codex for this thread, with the names of its config.toml, dotted or nested
---@field service_tier? string such as "flex" or "priority"
---@field env_pass? string[] names of environment variables that commands get although they look like secrets (names with TOKEN, SECRET, KEY or PASSWORD are withheld)
---@field tools? codex.Tool[] what the agent can call beside Codex's own tools. A thread has those that it was started with, for good: when it is resumed or forked they say, by name, which functions answer (a fork of a thread that is held has its functions if none are given). A call of a tool without a function fails, and the agent is told
---@field timeout? codex.Duration how long each of its turns may take; no limit if left out
---@field idle_timeout? codex.Duration how long a turn may show no sign of life: what the server tells of items, its subagents' too, their deltas, token usage. Attempts to reconnect to the model are none, nor is a command that runs and prints nothing. 15 minutes if left out; then it is interrupted and raises `timeout`
---@field budget? codex.Budget what its turns may spend, with their subagents and those of its copies, from now on; then they are interrupted and raise `budget`
---@field when_busy? codex.WhenBusy what a turn does while another runs here; "raise" if left out

---What may be spent; what is left out has no limit. It is looked at after each answer of the model, when a command
---starts, and by the clock, so the last answer is spent too. When more was spent than may be, every turn that counts
---for it is interrupted, and raises `budget`; when nothing is left, no further turn begins.
---@class codex.Budget : table<"tokens" | "turns" | "seconds" | "commands", any>
---@field tokens? integer as Codex counts them: input, cached input too, and output. Answers of which nobody tells the tokens are in `untold`; a model that reports no usage is never stopped by this, and one line on standard error says so
---@field turns? integer turns that are started or queued, not those of subagents
---@field seconds? codex.Duration time in which a turn runs, by the clock: two at once count once
---@field commands? integer commands that agents start; 0 lets none run

---What was spent of a budget.
---@class codex.Spent
---@field tokens integer? nil when the model gave a whole answer and reported no usage: it is not known
---@field untold integer answers whose tokens are not known and not in `tokens`: those, and answers that were cut off by a steer, an interrupt or a failure
---@field turns integer
---@field seconds number
---@field commands integer

---What a turn does on a thread where one runs, be it of this script, of a queue or of another client. It never joins
---that one silently.
---* "raise": it raises `thread_busy`
---* "wait": it begins when the thread is free and its queue empty, in the order of the calls
---* "steer": its input goes into the turn that runs, as `Turn:steer` does it, and the call is about that turn: `run`
---  returns its result, `stream` and `turn` give it, and closing them does not interrupt it. Options of a turn
---  raise `usage` then. Another client's turn cannot be steered: `thread_busy`
---@alias codex.WhenBusy "raise" | "wait" | "steer"

---@alias codex.ThreadOption
---| "cwd"
---| "model"
---| "model_provider"
---| "effort"
---| "sandbox"
---| "approval"
---| "base_instructions"
---| "developer_instructions"
---| "personality"
---| "ephemeral"
---| "name"
---| "config"
---| "service_tier"
---| "env_pass"
---| "tools"
---| "timeout"
---| "idle_timeout"
---| "on_approval"
---| "on_question"
---| "on_elicitation"
---| "approval_timeout"
---| "budget"
---| "when_busy"

---Options of a thread.
---@class codex.ThreadOptions : codex.ThreadFields, table<codex.ThreadOption, any>
---@field cwd? string the folder that the agent works in; the script's own if left out

---@class codex.ResumeOptions : codex.ThreadFields, table<codex.ThreadOption | "turns", any>
---@field turns? integer how many of the latest turns to load into `thread.initial_turns`; none if left out

---@class codex.ForkOptions : codex.ThreadFields, table<codex.ThreadOption | "last_turn", any>
---@field last_turn? string id of the last turn to copy; all of them if left out

---@alias codex.TurnOption
---| "model"
---| "effort"
---| "summary"
---| "cwd"
---| "sandbox"
---| "approval"
---| "personality"
---| "service_tier"
---| "source"
---| "subagents"
---| "schema"
---| "schema_retries"
---| "timeout"
---| "idle_timeout"

---A JSON schema, of draft 2020-12 unless its `$schema` names another. It goes to the model as it is, with `strict`.
---What providers take of it is theirs to say, and what one refuses ends the turn as `turn_failed`: OpenAI wants an object at
---the root, and in every object `additionalProperties = false` and all properties in `required` (one that may be
---missing has the type `{ "string", "null" }`).
---
---The whole answer is read as JSON: a code fence or a word beside it does not fit. Formats that the draft knows are checked.
---Nothing is fetched: a `$ref` leads to a place in the schema. A `pattern` cannot look around or back.
---An empty list is `json.array {}`, as in all JSON.
---@alias codex.Schema table<string, any>

---Options of one turn. They hold for that turn only.
---@class codex.TurnOptions : table<codex.TurnOption, any>
---@field model? string
---@field effort? codex.Effort
---@field summary? "auto" | "concise" | "detailed" | "none" how the model's reasoning is summarized
---@field cwd? string the folder that the agent works in
---@field sandbox? codex.Sandbox
---@field approval? codex.Approval
---@field personality? "none" | "friendly" | "pragmatic"
---@field service_tier? string
---@field source? string what started the turn, for Codex's own statistics
---@field subagents? boolean true: its stream also carries what its subagents do; `event.thread_id` tells whose an event is
---@field schema? codex.Schema the answer is JSON that fits this, and comes as `result.output`; else `schema` is raised
---@field schema_retries? integer how many further turns on the thread may ask again for an answer that does not fit; none if left out
---@field timeout? codex.Duration how long it may take, with those that ask again; then it is interrupted and raises `timeout`
---@field idle_timeout? codex.Duration how long it may show no sign of life; then likewise

---Options of a turn on a thread of its own: those of a thread and those of a turn.
---@class codex.RunOptions : codex.ThreadFields, table<codex.ThreadOption | "summary" | "source" | "subagents" | "schema" | "schema_retries", any>
---@field summary? "auto" | "concise" | "detailed" | "none"
---@field source? string
---@field subagents? boolean
---@field schema? codex.Schema
---@field schema_retries? integer

---@class codex.ThreadsFilter : table<"archived" | "cwd" | "search" | "sort" | "order" | "model_provider" | "limit", any>
---@field archived? boolean true: only archived threads; false if left out: only others
---@field cwd? string only threads that work in exactly this folder
---@field search? string a part of the title; upper and lower case differ
---@field sort? "created" | "updated" | "recent" by which time; "created" if left out
---@field order? "newest" | "oldest" "newest" first if left out
---@field model_provider? string only threads of this provider
---@field limit? integer at most this many; all if left out

---@class codex.TurnsFilter : table<"items" | "order" | "limit", any>
---@field items? "full" | "summary" | "none" how much of each turn's items to load; "full" if left out
---@field order? "newest" | "oldest" "newest" first if left out
---@field limit? integer at most this many; all if left out

---One piece of input: exactly one of the first six fields.
---@class codex.InputItem : table<"text" | "image" | "local_image" | "audio" | "skill" | "mention" | "path", any>
---@field text? string
---@field image? string a `data:` URL; Codex fetches nothing
---@field local_image? string path of an image
---@field audio? string path of a sound file
---@field skill? string name of a skill; its file is in `path`
---@field mention? string something that the text names; where it is, is in `path`
---@field path? string for `skill` and `mention`

---What a turn is told: a text, an item, or a list of both. At most 1,048,576 characters.
---@alias codex.Input string | codex.InputItem | (string | codex.InputItem)[]

---Starts a thread.
---@param options? codex.ThreadOptions
---@return codex.Thread
function codex.thread_start(options) end

---Resumes a saved thread. Raises `thread_not_found`, `thread_archived`, or `thread_in_use` when another process
---writes it.
---@param id string
---@param options? codex.ResumeOptions
---@return codex.Thread
function codex.resume(id, options) end

---Resumes the thread if there is an id, else starts one.
---@param id string?
---@param options? codex.ResumeOptions
---@return codex.Thread
---@return boolean resumed
function codex.resume_or_start(id, options) end

---Copies a saved thread. What the copy spends counts for the budget of the thread that it is made from, if that is held
---here, and for its own.
---@param thread codex.Thread | string
---@param options? codex.ForkOptions
---@return codex.Thread
function codex.fork(thread, options) end

---One turn, waited for: on that thread, or on one of its own that is closed after it.
---@param input codex.Input
---@param options? codex.RunOptions
---@return codex.Result
---@overload fun(thread: codex.Thread, input: codex.Input, options?: codex.TurnOptions): codex.Result
function codex.run(input, options) end

---One turn, started, for a `for` over its events. Leaving an inline loop (`for event in codex.stream(…) do`)
---interrupts the turn.
---@param input codex.Input
---@param options? codex.RunOptions
---@return codex.Turn
---@overload fun(thread: codex.Thread, input: codex.Input, options?: codex.TurnOptions): codex.Turn
function codex.stream(input, options) end

---Archives a saved thread; a handle to it is closed.
---@param thread codex.Thread | string
function codex.archive(thread) end

---Brings an archived thread back and resumes it.
---@param id string
---@param options? codex.ResumeOptions
---@return codex.Thread
function codex.unarchive(id, options) end

---Deletes a saved thread for good; a handle to it is closed.
---@param thread codex.Thread | string
function codex.delete(thread) end

---Gives a saved thread a name.
---@param thread codex.Thread | string
---@param name string
function codex.rename(thread, name) end

---Iterates over saved threads, page by page.
---@param filter? codex.ThreadsFilter
---@return codex.SavedThreads
function codex.threads(filter) end

---Reads a saved thread without resuming it; archived ones too.
---@param thread codex.Thread | string
---@param options? codex.ReadOptions
---@return codex.SavedThread
function codex.read(thread, options) end

---@class codex.ReadOptions : table<"turns", any>
---@field turns? integer how many of the latest turns to read too; none if left out

---Has a function called with each event of this type, whichever turn it belongs to: those of other threads, of
---subagents, and of no turn at all.
---
---    codex.on("item.completed", function(event) print(event.thread_id, event.item.type) end)
---
---The type is a name or a glob: `*` stands for any characters, dots too (`"item.*"`, `"*.delta"`, `"*"`), `?` for one,
---`[ab]` for either of these, `{turn.started,error}` for either name. A name that no event has raises `usage`; events that
---only a later Codex has are reached by globs. A glob that matches no event of the pinned Codex is told of on standard error.
---
---* The events come in the order of the wire, one after the other: while the function awaits something, later ones wait
---  for it. It holds up no other subscription and no turn. Past 64 MiB of waiting deltas the oldest give way to one
---  `stream.lagged`, which it gets whatever its type.
---* When `run`, `result` or a loop over a turn comes back, it has been called with all that came until then, or it awaits.
---* An error of it is one line on standard error, and it is called with the next event all the same. Its tenth, hundredth,
---  thousandth … error is told again, with the count.
---* It keeps no script alive: when the script's tasks have ended, what it awaits is cancelled.
---* It goes on with the next server when one is gone.
---@param type string
---@param handler fun(event: codex.Event)
---@return codex.Subscription
function codex.on(type, handler) end

---Every event of the server, whichever turn it belongs to, for a `for`. What comes after the call is delivered.
---
---    for event in codex.events "turn.completed" do print(event.thread_id, event.turn.status) end
---
---The loop ends when it is left or the handle is closed. When the server is gone it raises `server_gone`, after the last
---event; one that begins after that hears the next server. It starts none.
---@param filter? string | codex.EventFilter a type or a glob as for `codex.on`; all events if left out
---@return codex.Events
function codex.events(filter) end

---@class codex.EventFilter : table<"type" | "thread", any>
---@field type? string a type or a glob
---@field thread? codex.Thread | string only events about this thread; those of its subagents are about threads of their own

---Calls a function with events, until it is closed or the script ends.
---@class codex.Subscription
---@field active boolean false once it was closed
local Subscription = {}

---Ends it: once this has returned, the function is called no more. A call that awaits goes on.
function Subscription:close() end

---Sets what answers for threads that have no handlers of their own, until it is called again; what is left out is then
---left out.
---@param options? codex.Defaults
function codex.defaults(options) end

---Makes a tool of a Lua function, for the option `tools` of threads. Raises `usage` when it could not work: its name is
---one of Codex's own tools, `input` is no schema.
---@param options codex.ToolOptions
---@return codex.Tool
function codex.tool(options) end

---Puts tools under one name, as the agent sees it, for the option `tools` of threads.
---@param options codex.ToolsOptions
---@return codex.Tool
function codex.tools(options) end

---What runs here. Starts the server if it does not run.
---@return codex.Info
function codex.info() end

---@class codex.Info
---@field host string version of codex-lua
---@field server string version of the running Codex
---@field protocol string version of Codex that codex-lua is made for
---@field user_agent string
---@field codex_home string the folder with Codex's configuration and sessions

---Sends any request of the app-server protocol, with its names on the wire (camelCase) both ways.
---Raises `rpc` when it is refused.
---@param method string such as "model/list"
---@param params? table
---@return any
function codex.request(method, params) end

---A list that comes page by page, for a `for`. Called, it gives the next entry.
---@class codex.Pages
local Pages = {}

---Ends the list.
function Pages:close() end

---@class codex.SavedThreads : codex.Pages
---@overload fun(): codex.SavedThread?

---@class codex.SavedTurns : codex.Pages
---@overload fun(): codex.SavedTurn?

---A thread. `local thread <close> = codex.thread_start()` closes it at the end of its scope.
---@class codex.Thread
---@field id string
---@field name string?
---@field cwd string absolute
---@field model string
---@field model_provider string
---@field path string? the file it is saved in; nil when it is ephemeral
---@field forked_from_id string?
---@field ephemeral boolean
---@field spent codex.Spent? what was spent of its budget until now; nil without one
---@field initial_turns codex.SavedTurn[]? the latest turns, newest first, where `codex.resume` was asked for them
local Thread = {}

---One turn, waited for.
---
---Raises `turn_failed`, `turn_interrupted` (by someone other than the script), `timeout`, `thread_busy` (a turn
---runs here already), `schema` (the answer does not fit), `budget`, `not_logged_in`, `not_installed`, `server_gone`.
---@param input codex.Input
---@param options? codex.TurnOptions
---@return codex.Result
function Thread:run(input, options) end

---A turn, started, for a `for` over its events. Leaving an inline loop (`for event in thread:stream(…) do`)
---interrupts the turn. After the last event the loop raises whatever `turn:result()` would raise.
---@param input codex.Input
---@param options? codex.TurnOptions
---@return codex.Turn
function Thread:stream(input, options) end

---A turn, started and not waited for. Leaving a loop over it only stops listening.
---@param input codex.Input
---@param options? codex.TurnOptions
---@return codex.Turn
function Thread:turn(input, options) end

---A turn of its own after the one that runs and after those that were queued before; at once when none does. It has the
---thread's own settings and limits. Until it begins its `status` is "queued" and its `id` is empty, and the thread is
---busy; `interrupt` takes it out of the queue. However the turn before it ends, the queue goes on. It does not outlive
---the script or the thread's `close`. An ephemeral thread has no queue.
---@param input codex.Input
---@return codex.Turn
function Thread:queue(input) end

---Reads the thread as it is saved.
---@param options? codex.ReadOptions
---@return codex.SavedThread
function Thread:read(options) end

---Iterates over its turns, page by page.
---@param filter? codex.TurnsFilter
---@return codex.SavedTurns
function Thread:turns(filter) end

---Copies it.
---@param options? codex.ForkOptions
---@return codex.Thread
function Thread:fork(options) end

---Gives it a name; that also saves a thread that has no turn yet.
---@param name string
function Thread:rename(name) end

---Archives it, and closes this handle.
function Thread:archive() end

---Deletes it for good, and closes this handle.
function Thread:delete() end

---As `codex.on`, for events about this thread alone. Those of its subagents are about threads of their own.
---@param type string
---@param handler fun(event: codex.Event)
---@return codex.Subscription
function Thread:on(type, handler) end

---Interrupts the turn of this script that runs here, if one does, and takes its queued ones out of the queue; returns
---at once.
function Thread:interrupt() end

---Interrupts what runs, subagents too, and has the server forget the thread; the session stays saved. Using it after that raises
---`closed`.
function Thread:close() end

---A turn. Called, as a `for` does it, it gives the next event.
---
---With `schema_retries` it may become several: whoever reads its events or awaits its result starts the next when the
---answer of the one before does not fit. The events of all come one after another, and the handle is always the last.
---@class codex.Turn
---@field id string empty while it waits in a queue
---@field status "queued" | "inProgress" | "completed" | "interrupted" | "failed"
---@field thread_id string
---@overload fun(): codex.Event?
local Turn = {}

---Adds input to the running turn. The model reads it after the tool call that runs. In the middle of a message it reads
---it at once, and that message is cut off: its deltas have come, no `item.completed` follows, and it is neither in
---`items` nor in `text` of the result. The input is a further `user_message` among the items. Raises `usage` when the
---turn has ended or has not begun.
---@param input codex.Input
function Turn:steer(input) end

---Asks for its end, with the end of its subagents and of the commands that they and it started; returns at once.
function Turn:interrupt() end

---Its events, for a `for` that only stops listening when it is left. What has not been read stays for the next who
---listens.
---@return codex.Events
function Turn:events() end

---Waits for its end. Raises as `Thread:run` does. A turn that the script itself interrupted has
---`status = "interrupted"`.
---@return codex.Result
function Turn:result() end

---Interrupts it if it runs; returns at once.
function Turn:close() end

---The events of a turn that is held elsewhere, or those of `codex.events`. Called, it gives the next one.
---@class codex.Events
---@overload fun(): codex.Event?
local Events = {}

---Stops listening.
function Events:close() end

---What a finished turn has to show.
---@class codex.Result
---@field text string? the final answer, never interim commentary; nil when the agent gave none
---@field output any the answer read as JSON, where the turn had a `schema`: whole numbers are integers, null is `json.null`
---@field items codex.Item[] what was done, in order; as the usage, the time and the diff, of the turns that asked again too
---@field usage codex.Usage? tokens of this turn, without its subagents', as the server tells them
---@field thread_usage codex.Usage? tokens of the whole thread, as the server tells them
---@field status "completed" | "interrupted"
---@field thread_id string
---@field turn_id string
---@field duration number seconds, as the server measured them
---@field diff string? what the turn changed in files, as a unified diff

---Tokens, as the model's provider counts them.
---@class codex.Usage
---@field input_tokens integer cached ones included
---@field cached_input_tokens integer
---@field cache_write_input_tokens integer
---@field output_tokens integer reasoning included
---@field reasoning_output_tokens integer
---@field total_tokens integer

---A thread as it is saved. Times are seconds since 1970. Further fields are those of the protocol.
---@class codex.SavedThread
---@field id string
---@field session_id string
---@field name string?
---@field preview string usually the first message of the user
---@field cwd string
---@field model string?
---@field model_provider string
---@field created_at integer
---@field updated_at integer
---@field recency_at integer?
---@field path string?
---@field ephemeral boolean
---@field forked_from_id string?
---@field parent_thread_id string? of a subagent
---@field git_info { branch: string?, origin_url: string?, sha: string? }?
---@field status { type: "not_loaded" | "idle" | "active" | "system_error" }
---@field source any
---@field cli_version string
---@field turns codex.SavedTurn[]? where `codex.read` was asked for them
---@field [string] any

---A turn as it is saved. Times are seconds since 1970.
---@class codex.SavedTurn
---@field id string
---@field status "inProgress" | "completed" | "interrupted" | "failed"
---@field items codex.Item[]
---@field items_view "full" | "summary" | "notLoaded" how much of the items is there
---@field error codex.TurnError?
---@field started_at integer?
---@field completed_at integer?
---@field duration_ms integer?
---@field root_turn_id string?

---@class codex.TurnError
---@field message string
---@field additional_details string?
---@field codex_error_info any the reason, as on the wire

---What is raised. `tostring(error)` is "file:line: message". Which of the further fields are there depends on `kind`.
---@class codex.Error
---@field kind codex.ErrorKind | string
---@field message string
---@field place string? "file:line" of the script
---@field traceback string the script's own lines
---@field thread_id? string of `thread_busy`, `thread_in_use`, `thread_archived`, `thread_not_found`, `turn_failed`, `schema`, `budget`
---@field turn_id? string of `turn_failed`, `schema`, `budget`
---@field codex_error? codex.CodexError of `turn_failed`
---@field items? codex.Item[] of `turn_failed`, `schema`, `budget`: what was done until then
---@field text? string of `turn_failed`, `schema`, `budget`: the answer, if there was one
---@field errors? string[] of `schema`: what does not fit, each with its place as a JSON pointer ("/items/0: …")
---@field usage? codex.Usage of `schema`: tokens of all turns that were asked
---@field result? codex.Result of `turn_interrupted`
---@field spent? codex.Spent of `budget`
---@field budget? codex.Budget of `budget`: what could be spent, in numbers
---@field may_have_run? boolean of `timeout`: whether the work may have been done all the same
---@field joined? boolean of `thread_busy`: whether the input went into another client's turn
---@field exit? integer of `server_gone`: its exit status
---@field signal? integer | string of `server_gone`: the number of the signal that ended it; of `process` its name
---@field stderr? string[] of `server_gone`, `process` and a command's `timeout`: the last lines, without what is secret
---@field paths? string[] of `loop`: what changed each time
---@field code? integer of `rpc`; of `process` the exit status, with `check`
---@field data? any of `rpc`
---@field line? integer of `replay`: the line of the recording
---@field recorded? { method: string, params: any } of `replay`: what was recorded there, with its wire names
---@field asked? { method: string, params: any } of `replay`: what the script asks
---@field path? string of `replay`: the recording; of `io`, where a call of `std.fs` raised it

---The kinds are stable; there may come to be more.
---* "usage": a call that cannot be, such as an unknown option or a value of the wrong type
---* "timeout": something took longer than it may (exit status 124)
---* "cancelled": the task that was awaited was cancelled
---* "turn_failed": the agent's turn failed (exit status 3)
---* "turn_interrupted": someone other than the script interrupted it (exit status 3)
---* "schema": the agent's answer does not fit the turn's `schema` (exit status 3)
---* "budget": a budget is spent, of a thread or of `task.scope` (exit status 3); `items` and `text` are there when a turn was ended by that
---* "thread_busy": a turn runs on the thread
---* "thread_in_use": another process writes the thread
---* "thread_archived": `codex.unarchive` it first
---* "thread_not_found": no saved thread has this id
---* "server_gone": the Codex server could not be started, or ended; the next call starts another
---* "rpc": any other refusal of the server
---* "overloaded": the server took the request in none of 8 tries
---* "not_installed": there is no Codex, and it could not be installed (exit status 4)
---* "not_logged_in": Codex has no account (exit status 4)
---* "assertion": what a test holds to be true is not
---* "closed": the handle was closed
---* "parse": a text is no JSON, no time and no `.env` file, or a file no Lua source
---* "io": a file cannot be read or written, or there is no such module
---* "loop": the turns of a loop over `std.watch` wake it again and again (`paths`)
---* "replay": the script asks something else than the recording of `--replay` has, or needs more servers; also when it is caught the script fails (exit status 1)
---* "process": a command could not be started, wrote too much, or failed and was to be checked
---* "memory": Lua has used up its memory (1 GiB, or `--memory`)
---@alias codex.ErrorKind
---| "usage"
---| "timeout"
---| "cancelled"
---| "turn_failed"
---| "turn_interrupted"
---| "schema"
---| "budget"
---| "thread_busy"
---| "thread_in_use"
---| "thread_archived"
---| "thread_not_found"
---| "server_gone"
---| "rpc"
---| "overloaded"
---| "not_installed"
---| "not_logged_in"
---| "assertion"
---| "closed"
---| "parse"
---| "loop"
---| "io"
---| "process"
---| "replay"
---| "memory"

---Why a turn failed.
---@class codex.CodexError
---@field type "context_window_exceeded" | "usage_limit_exceeded" | "rate_limit_exceeded" | "server_overloaded" | "model_not_found" | "internal_server_error" | "unauthorized" | "bad_request" | "sandbox_error" | "http_connection_failed" | "response_stream_connection_failed" | "response_stream_disconnected" | "response_too_many_failed_attempts" | "other" | string
---@field http_status_code integer? of the model's HTTP answer, where there was one

return codex

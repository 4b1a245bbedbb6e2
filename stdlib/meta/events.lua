---@meta

-- Events, and the items that they are about.
--
-- An event's `type` is the method of the wire with dots and snake_case: `item/agentMessage/delta` is
-- "item.agent_message.delta". Only the common ones are listed; others come with the fields of the protocol, and
-- those that this version does not know with their raw `params`.

---@alias codex.Event
---| codex.TurnStarted
---| codex.TurnCompleted
---| codex.ItemStarted
---| codex.ItemCompleted
---| codex.AnswerDelta
---| codex.ReasoningSummaryDelta
---| codex.ReasoningTextDelta
---| codex.ReasoningPart
---| codex.CommandOutput
---| codex.PatchOutput
---| codex.PlanDelta
---| codex.PatchEvent
---| codex.UsageEvent
---| codex.DiffEvent
---| codex.PlanEvent
---| codex.ErrorEvent
---| codex.WarningEvent
---| codex.LaggedEvent
---| codex.DecidedEvent
---| codex.OtherEvent

---The turn began or ended. Of the items only a summary is here: they come with "item.completed".
---@class codex.TurnEvent
---@field thread_id string
---@field turn codex.SavedTurn

---@class codex.TurnStarted : codex.TurnEvent
---@field type "turn.started"

---@class codex.TurnCompleted : codex.TurnEvent
---@field type "turn.completed"

---Something began or ended: a message, a command, a change of files …
---@class codex.ItemEvent
---@field thread_id string
---@field turn_id string
---@field item codex.Item

---@class codex.ItemStarted : codex.ItemEvent
---@field type "item.started"
---@field started_at_ms integer since 1970

---@class codex.ItemCompleted : codex.ItemEvent
---@field type "item.completed"
---@field completed_at_ms integer since 1970
---@field content_token_count integer? of an agent's message

---A piece of the agent's answer, or of interim commentary.
---@class codex.AnswerDelta
---@field type "item.agent_message.delta"
---@field text string the same as `delta`; no other event of a turn has a `text`, so `io.write(event.text or "")` prints the answer
---@field delta string
---@field thread_id string
---@field turn_id string
---@field item_id string

---A piece of the summary of the model's reasoning, or of the reasoning itself.
---@class codex.ReasoningDelta
---@field delta string
---@field thread_id string
---@field turn_id string
---@field item_id string

---@class codex.ReasoningSummaryDelta : codex.ReasoningDelta
---@field type "item.reasoning.summary_text_delta"
---@field summary_index integer which paragraph, from 0

---@class codex.ReasoningTextDelta : codex.ReasoningDelta
---@field type "item.reasoning.text_delta"
---@field content_index integer

---A further paragraph of the summary begins.
---@class codex.ReasoningPart
---@field type "item.reasoning.summary_part_added"
---@field thread_id string
---@field turn_id string
---@field item_id string
---@field summary_index integer

---A piece of what a command printed, of a plan, or of a patch's output.
---@class codex.OutputDelta
---@field delta string
---@field thread_id string
---@field turn_id string
---@field item_id string

---@class codex.CommandOutput : codex.OutputDelta
---@field type "item.command_execution.output_delta"

---@class codex.PatchOutput : codex.OutputDelta
---@field type "item.file_change.output_delta"

---@class codex.PlanDelta : codex.OutputDelta
---@field type "item.plan.delta"

---A patch as far as the model has written it.
---@class codex.PatchEvent
---@field type "item.file_change.patch_updated"
---@field thread_id string
---@field turn_id string
---@field item_id string
---@field changes codex.FileChange[]

---Tokens so far, after each answer of the model.
---@class codex.UsageEvent
---@field type "thread.token_usage.updated"
---@field thread_id string
---@field turn_id string
---@field token_usage { last: codex.Usage, total: codex.Usage, model_context_window: integer? }

---What the turn has changed in files so far.
---@class codex.DiffEvent
---@field type "turn.diff.updated"
---@field thread_id string
---@field turn_id string
---@field diff string a unified diff

---What the agent plans to do.
---@class codex.PlanEvent
---@field type "turn.plan.updated"
---@field thread_id string
---@field turn_id string
---@field explanation string?
---@field plan { step: string, status: "pending" | "inProgress" | "completed" }[]

---The model failed. With `will_retry` Codex tries again; else the turn ends as failed.
---@class codex.ErrorEvent
---@field type "error"
---@field thread_id string
---@field turn_id string
---@field error codex.TurnError
---@field will_retry boolean

---@class codex.WarningEvent
---@field type "warning"
---@field thread_id string?
---@field message string

---Deltas were dropped since nobody read them: past 64 MiB that wait in all turns, loops and subscriptions of a client the
---oldest. What follows in this one comes after the gap; items and ends are never dropped.
---@class codex.LaggedEvent
---@field type "stream.lagged"
---@field bytes integer how much of their text was dropped, in UTF-8

---Something that Codex asked was decided; told by the program itself, before Codex hears of it. It is in no turn's own
---stream. What was answered to questions is not in it.
---@class codex.DecidedEvent
---@field type "approval.decided" | "question.decided" | "elicitation.decided"
---@field kind "command" | "file_change" | "permissions" | "mcp_tool_call" | "question" | "elicitation"
---@field decision "accept" | "accept_for_session" | "accept_with_amendment" | "network_amendment" | "grant" | "decline" | "cancel" | "answer"
---@field by "handler" | "nobody" | "host" who: a handler, nobody since there is none, or the program since a handler failed or was late
---@field reason string? of a decline: the handler's, or what went wrong with it
---@field request_id integer | string that of the question, in a file of events
---@field thread_id string?
---@field turn_id string?
---@field item_id string?
---@field root_thread_id string? where a subagent asked, the thread that it works for

---Any other event. Those of a later Codex have names that are not listed here.
---@class codex.OtherEvent
---@field type codex.OtherEventType
---@field thread_id? string
---@field turn_id? string
---@field params? any of an event that this version does not know: as on the wire; of one that cannot be read, its text
---@field [string] any

---@alias codex.OtherEventType
---| "account.gateway_o_auth.changed"
---| "account.login.completed"
---| "account.rate_limits.updated"
---| "account.updated"
---| "app.list.updated"
---| "auto_approval_review.strict_review_required"
---| "command.exec.output_delta"
---| "config_warning"
---| "deprecation_notice"
---| "external_agent_config.import.completed"
---| "external_agent_config.import.progress"
---| "fs.changed"
---| "fuzzy_file_search.session_completed"
---| "fuzzy_file_search.session_updated"
---| "guardian_warning"
---| "hook.completed"
---| "hook.started"
---| "item.auto_approval_review.completed"
---| "item.auto_approval_review.started"
---| "item.command_execution.terminal_interaction"
---| "item.mcp_tool_call.progress"
---| "mcp_server.event.stream.notification"
---| "mcp_server.oauth_login.completed"
---| "mcp_server.startup_status.updated"
---| "model.rerouted"
---| "model.safety_buffering.updated"
---| "model.verification"
---| "model_provider.auth_recovery_completed"
---| "model_provider.auth_recovery_started"
---| "process.exited"
---| "process.output_delta"
---| "project.changed"
---| "remote_control.status.changed"
---| "server_request.resolved"
---| "skills.changed"
---| "thread.archived"
---| "thread.attachment.updated"
---| "thread.closed"
---| "thread.compacted"
---| "thread.deleted"
---| "thread.environment.connected"
---| "thread.environment.disconnected"
---| "thread.goal.cleared"
---| "thread.goal.updated"
---| "thread.name.updated"
---| "thread.prediction.updated"
---| "thread.project.updated"
---| "thread.queue.changed"
---| "thread.read_state.changed"
---| "thread.realtime.closed"
---| "thread.realtime.error"
---| "thread.realtime.item.completed"
---| "thread.realtime.item.started"
---| "thread.realtime.item.transcript.delta"
---| "thread.realtime.item_added"
---| "thread.realtime.output_audio.delta"
---| "thread.realtime.sdp"
---| "thread.realtime.started"
---| "thread.realtime.transcript.delta"
---| "thread.realtime.transcript.done"
---| "thread.reverted"
---| "thread.section.changed"
---| "thread.settings.updated"
---| "thread.started"
---| "thread.status.changed"
---| "thread.unarchived"
---| "turn.moderation_metadata"
---| "windows.world_writable_warning"
---| "windows_sandbox.setup_completed"

---What was said or done in a turn.
---@alias codex.Item
---| codex.UserMessage
---| codex.AgentMessage
---| codex.Reasoning
---| codex.CommandExecution
---| codex.FileChanges
---| codex.McpToolCall
---| codex.DynamicToolCall
---| codex.WebSearch
---| codex.Plan
---| codex.OtherItem

---@class codex.UserMessage
---@field type "user_message"
---@field id string
---@field client_id string?
---@field content { type: "text" | "image" | "local_image" | "audio" | "local_audio" | "skill" | "mention", text: string?, url: string?, path: string?, name: string? }[]
---@field started_at_ms integer?
---@field completed_at_ms integer?

---@class codex.AgentMessage
---@field type "agent_message"
---@field id string
---@field text string
---@field phase ("commentary" | "partial_answer" | "final_answer")? interim commentary is not the answer
---@field delivery string? how it was shown to the user
---@field questions any[]? what it asks
---@field memory_citation table? memories that it goes back to
---@field moderation table?
---@field started_at_ms integer?
---@field completed_at_ms integer?

---@class codex.Reasoning
---@field type "reasoning"
---@field id string
---@field summary string[] a paragraph each
---@field content string[] the reasoning itself, where the model shows it
---@field started_at_ms integer?
---@field completed_at_ms integer?

---@class codex.CommandExecution
---@field type "command_execution"
---@field id string
---@field command string
---@field cwd string
---@field status "inProgress" | "completed" | "failed" | "declined"
---@field exit_code integer?
---@field aggregated_output string? standard output and standard error
---@field duration_ms integer?
---@field process_id string?
---@field source ("agent" | "userShell" | "unifiedExecStartup" | "unifiedExecInteraction")?
---@field script_path string? of a script that a plugin brought
---@field plugin_id string? that plugin
---@field command_actions { type: "read" | "list_files" | "search" | "unknown", command: string, path: string?, name: string?, query: string? }[] a guess at what it does
---@field started_at_ms integer?
---@field completed_at_ms integer?

---@class codex.FileChanges
---@field type "file_change"
---@field id string
---@field status "inProgress" | "completed" | "failed" | "declined"
---@field changes codex.FileChange[]
---@field started_at_ms integer?
---@field completed_at_ms integer?

---@class codex.FileChange
---@field path string
---@field diff string
---@field kind { type: "add" | "delete" | "update", move_path: string? }

---A call of a tool of an MCP server.
---@class codex.McpToolCall
---@field type "mcp_tool_call"
---@field id string
---@field server string
---@field tool string
---@field arguments any as the model wrote them
---@field status "inProgress" | "completed" | "failed"
---@field result { content: any[], structured_content: any }?
---@field error { message: string }?
---@field duration_ms integer?
---@field read_only_hint boolean? the server says that it changes nothing
---@field plugin_id string? the plugin that brought the server
---@field app_context table? the app behind it
---@field mcp_app_resource_uri string?
---@field mcp_app_ui table?
---@field started_at_ms integer?
---@field completed_at_ms integer?

---A call of a tool of the client.
---@class codex.DynamicToolCall
---@field type "dynamic_tool_call"
---@field id string
---@field namespace string?
---@field tool string
---@field arguments any as the model wrote them
---@field status "inProgress" | "completed" | "failed"
---@field success boolean?
---@field content_items any[]?
---@field duration_ms integer?
---@field started_at_ms integer?
---@field completed_at_ms integer?

---@class codex.WebSearch
---@field type "web_search"
---@field id string
---@field query string
---@field action any
---@field results any[]?
---@field started_at_ms integer?
---@field completed_at_ms integer?

---@class codex.Plan
---@field type "plan"
---@field id string
---@field text string
---@field started_at_ms integer?
---@field completed_at_ms integer?

---Any other item.
---@class codex.OtherItem
---@field type "hook_prompt" | "function_call_output" | "collab_agent_tool_call" | "sub_agent_activity" | "image_view" | "sleep" | "image_generation" | "entered_review_mode" | "exited_review_mode" | "context_compaction"
---@field id string
---@field [string] any

//! Made by `CODEX_LUA_UPDATE=1 cargo test --test names`; not to be edited.
use super::{Event, Request, Type, TypeId};

/// The Codex whose schema this table was made from.
pub const VERSION: &str = "0.169.0";

/// Where in `EVENTS` the methods of each length begin.
pub(super) const EVENT_STARTS: &[u8] = &[0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 6, 8, 16, 22, 24, 28, 29, 34, 35, 37, 41, 46, 49, 54, 55, 56, 62, 64, 67, 73, 75, 79, 79, 82, 83, 84, 84, 85, 85, 86];

pub(super) const EVENTS: &[Event] = &[
    Event { method: "error", name: "error", params: TypeId(2) },
    Event { method: "warning", name: "warning", params: TypeId(8) },
    Event { method: "fs/changed", name: "fs.changed", params: TypeId(9) },
    Event { method: "hook/started", name: "hook.started", params: TypeId(10) },
    Event { method: "item/started", name: "item.started", params: TypeId(12) },
    Event { method: "turn/started", name: "turn.started", params: TypeId(28) },
    Event { method: "configWarning", name: "config_warning", params: TypeId(0) },
    Event { method: "thread/closed", name: "thread.closed", params: TypeId(8) },
    Event { method: "hook/completed", name: "hook.completed", params: TypeId(10) },
    Event { method: "item/completed", name: "item.completed", params: TypeId(30) },
    Event { method: "model/rerouted", name: "model.rerouted", params: TypeId(31) },
    Event { method: "process/exited", name: "process.exited", params: TypeId(32) },
    Event { method: "skills/changed", name: "skills.changed", params: TypeId(0) },
    Event { method: "thread/deleted", name: "thread.deleted", params: TypeId(8) },
    Event { method: "thread/started", name: "thread.started", params: TypeId(33) },
    Event { method: "turn/completed", name: "turn.completed", params: TypeId(28) },
    Event { method: "account/updated", name: "account.updated", params: TypeId(39) },
    Event { method: "guardianWarning", name: "guardian_warning", params: TypeId(8) },
    Event { method: "item/plan/delta", name: "item.plan.delta", params: TypeId(40) },
    Event { method: "project/changed", name: "project.changed", params: TypeId(41) },
    Event { method: "thread/archived", name: "thread.archived", params: TypeId(8) },
    Event { method: "thread/reverted", name: "thread.reverted", params: TypeId(8) },
    Event { method: "app/list/updated", name: "app.list.updated", params: TypeId(42) },
    Event { method: "thread/compacted", name: "thread.compacted", params: TypeId(47) },
    Event { method: "deprecationNotice", name: "deprecation_notice", params: TypeId(0) },
    Event { method: "thread/unarchived", name: "thread.unarchived", params: TypeId(8) },
    Event { method: "turn/diff/updated", name: "turn.diff.updated", params: TypeId(47) },
    Event { method: "turn/plan/updated", name: "turn.plan.updated", params: TypeId(47) },
    Event { method: "model/verification", name: "model.verification", params: TypeId(47) },
    Event { method: "process/outputDelta", name: "process.output_delta", params: TypeId(48) },
    Event { method: "thread/goal/cleared", name: "thread.goal.cleared", params: TypeId(8) },
    Event { method: "thread/goal/updated", name: "thread.goal.updated", params: TypeId(49) },
    Event { method: "thread/name/updated", name: "thread.name.updated", params: TypeId(51) },
    Event { method: "thread/realtime/sdp", name: "thread.realtime.sdp", params: TypeId(8) },
    Event { method: "thread/queue/changed", name: "thread.queue.changed", params: TypeId(8) },
    Event { method: "thread/realtime/error", name: "thread.realtime.error", params: TypeId(8) },
    Event { method: "thread/status/changed", name: "thread.status.changed", params: TypeId(52) },
    Event { method: "serverRequest/resolved", name: "server_request.resolved", params: TypeId(53) },
    Event { method: "thread/project/updated", name: "thread.project.updated", params: TypeId(54) },
    Event { method: "thread/realtime/closed", name: "thread.realtime.closed", params: TypeId(8) },
    Event { method: "thread/section/changed", name: "thread.section.changed", params: TypeId(55) },
    Event { method: "account/login/completed", name: "account.login.completed", params: TypeId(56) },
    Event { method: "item/agentMessage/delta", name: "item.agent_message.delta", params: TypeId(40) },
    Event { method: "thread/realtime/started", name: "thread.realtime.started", params: TypeId(57) },
    Event { method: "thread/settings/updated", name: "thread.settings.updated", params: TypeId(58) },
    Event { method: "turn/moderationMetadata", name: "turn.moderation_metadata", params: TypeId(47) },
    Event { method: "command/exec/outputDelta", name: "command.exec.output_delta", params: TypeId(61) },
    Event { method: "item/reasoning/textDelta", name: "item.reasoning.text_delta", params: TypeId(62) },
    Event { method: "thread/readState/changed", name: "thread.read_state.changed", params: TypeId(63) },
    Event { method: "item/mcpToolCall/progress", name: "item.mcp_tool_call.progress", params: TypeId(40) },
    Event { method: "thread/attachment/updated", name: "thread.attachment.updated", params: TypeId(66) },
    Event { method: "thread/prediction/updated", name: "thread.prediction.updated", params: TypeId(67) },
    Event { method: "thread/realtime/itemAdded", name: "thread.realtime.item_added", params: TypeId(8) },
    Event { method: "thread/tokenUsage/updated", name: "thread.token_usage.updated", params: TypeId(68) },
    Event { method: "account/rateLimits/updated", name: "account.rate_limits.updated", params: TypeId(71) },
    Event { method: "item/fileChange/outputDelta", name: "item.file_change.output_delta", params: TypeId(40) },
    Event { method: "account/gatewayOAuth/changed", name: "account.gateway_o_auth.changed", params: TypeId(76) },
    Event { method: "item/fileChange/patchUpdated", name: "item.file_change.patch_updated", params: TypeId(77) },
    Event { method: "remoteControl/status/changed", name: "remote_control.status.changed", params: TypeId(78) },
    Event { method: "thread/environment/connected", name: "thread.environment.connected", params: TypeId(79) },
    Event { method: "thread/realtime/item/started", name: "thread.realtime.item.started", params: TypeId(80) },
    Event { method: "windows/worldWritableWarning", name: "windows.world_writable_warning", params: TypeId(82) },
    Event { method: "model/safetyBuffering/updated", name: "model.safety_buffering.updated", params: TypeId(83) },
    Event { method: "windowsSandbox/setupCompleted", name: "windows_sandbox.setup_completed", params: TypeId(0) },
    Event { method: "fuzzyFileSearch/sessionUpdated", name: "fuzzy_file_search.session_updated", params: TypeId(84) },
    Event { method: "mcpServer/oauthLogin/completed", name: "mcp_server.oauth_login.completed", params: TypeId(85) },
    Event { method: "thread/realtime/item/completed", name: "thread.realtime.item.completed", params: TypeId(80) },
    Event { method: "item/autoApprovalReview/started", name: "item.auto_approval_review.started", params: TypeId(86) },
    Event { method: "item/reasoning/summaryPartAdded", name: "item.reasoning.summary_part_added", params: TypeId(92) },
    Event { method: "item/reasoning/summaryTextDelta", name: "item.reasoning.summary_text_delta", params: TypeId(92) },
    Event { method: "mcpServer/startupStatus/updated", name: "mcp_server.startup_status.updated", params: TypeId(93) },
    Event { method: "thread/environment/disconnected", name: "thread.environment.disconnected", params: TypeId(79) },
    Event { method: "thread/realtime/transcript/done", name: "thread.realtime.transcript.done", params: TypeId(8) },
    Event { method: "fuzzyFileSearch/sessionCompleted", name: "fuzzy_file_search.session_completed", params: TypeId(84) },
    Event { method: "thread/realtime/transcript/delta", name: "thread.realtime.transcript.delta", params: TypeId(8) },
    Event { method: "item/autoApprovalReview/completed", name: "item.auto_approval_review.completed", params: TypeId(94) },
    Event { method: "item/commandExecution/outputDelta", name: "item.command_execution.output_delta", params: TypeId(40) },
    Event { method: "modelProvider/authRecoveryStarted", name: "model_provider.auth_recovery_started", params: TypeId(47) },
    Event { method: "thread/realtime/outputAudio/delta", name: "thread.realtime.output_audio.delta", params: TypeId(95) },
    Event { method: "externalAgentConfig/import/progress", name: "external_agent_config.import.progress", params: TypeId(97) },
    Event { method: "mcpServer/event/stream/notification", name: "mcp_server.event.stream.notification", params: TypeId(101) },
    Event { method: "modelProvider/authRecoveryCompleted", name: "model_provider.auth_recovery_completed", params: TypeId(47) },
    Event { method: "externalAgentConfig/import/completed", name: "external_agent_config.import.completed", params: TypeId(97) },
    Event { method: "thread/realtime/item/transcript/delta", name: "thread.realtime.item.transcript.delta", params: TypeId(102) },
    Event { method: "autoApprovalReview/strictReviewRequired", name: "auto_approval_review.strict_review_required", params: TypeId(103) },
    Event { method: "item/commandExecution/terminalInteraction", name: "item.command_execution.terminal_interaction", params: TypeId(104) },
];

pub(super) const REQUESTS: &[Request] = &[
    Request { method: "account/chatgptAuthTokens/refresh", name: "account.chatgpt_auth_tokens.refresh", params: TypeId(105), answer: TypeId(106) },
    Request { method: "applyPatchApproval", name: "apply_patch_approval", params: TypeId(107), answer: TypeId(0) },
    Request { method: "attestation/generate", name: "attestation.generate", params: TypeId(0), answer: TypeId(0) },
    Request { method: "currentTime/read", name: "current_time.read", params: TypeId(8), answer: TypeId(109) },
    Request { method: "execCommandApproval", name: "exec_command_approval", params: TypeId(110), answer: TypeId(0) },
    Request { method: "item/commandExecution/requestApproval", name: "item.command_execution.request_approval", params: TypeId(111), answer: TypeId(113) },
    Request { method: "item/fileChange/requestApproval", name: "item.file_change.request_approval", params: TypeId(114), answer: TypeId(0) },
    Request { method: "item/permissions/requestApproval", name: "item.permissions.request_approval", params: TypeId(115), answer: TypeId(116) },
    Request { method: "item/tool/call", name: "item.tool.call", params: TypeId(117), answer: TypeId(118) },
    Request { method: "item/tool/requestUserInput", name: "item.tool.request_user_input", params: TypeId(119), answer: TypeId(0) },
    Request { method: "mcpServer/elicitation/request", name: "mcp_server.elicitation.request", params: TypeId(121), answer: TypeId(0) },
];

pub(super) const RESULTS: &[(&str, u16)] = &[
    ("account/bedrock/checkGovCloudRequirements", 122),
    ("account/bedrock/discover", 123),
    ("account/gatewayOAuth/login", 124),
    ("account/gatewayOAuth/read", 126),
    ("account/login/start", 127),
    ("account/rateLimits/read", 128),
    ("account/read", 132),
    ("account/securitySetup/read", 135),
    ("account/usage/read", 137),
    ("account/workspaceMessages/read", 142),
    ("accountSession/list", 144),
    ("accountSession/switch", 144),
    ("app/installed", 147),
    ("app/list", 149),
    ("app/read", 150),
    ("command/exec", 153),
    ("config/batchWrite", 154),
    ("config/read", 158),
    ("config/value/write", 154),
    ("configRequirements/read", 161),
    ("experimentalFeature/list", 181),
    ("externalAgentConfig/detect", 183),
    ("externalAgentConfig/import", 188),
    ("externalAgentConfig/import/readHistories", 189),
    ("externalAgentConfig/import/recordHistory", 188),
    ("feedback/save", 191),
    ("feedback/upload", 192),
    ("fs/getMetadata", 193),
    ("fs/readDirectory", 194),
    ("fs/readFile", 196),
    ("hooks/list", 197),
    ("initialize", 200),
    ("marketplace/add", 201),
    ("marketplace/remove", 202),
    ("marketplace/upgrade", 203),
    ("mcpServer/oauth/login", 205),
    ("mcpServer/resource/read", 206),
    ("mcpServer/tool/call", 208),
    ("mcpServerStatus/list", 209),
    ("memory/status", 215),
    ("model/list", 216),
    ("modelProvider/capabilities/read", 220),
    ("modelProvider/config/write", 221),
    ("modelProvider/list", 225),
    ("permissionProfile/list", 226),
    ("plugin/install", 227),
    ("plugin/installed", 229),
    ("plugin/list", 238),
    ("plugin/read", 239),
    ("plugin/reconcile", 247),
    ("plugin/search", 249),
    ("plugin/share/checkout", 251),
    ("plugin/share/list", 252),
    ("plugin/share/save", 254),
    ("plugin/share/updateTargets", 255),
    ("project/create", 256),
    ("project/import", 256),
    ("project/list", 258),
    ("project/read", 256),
    ("project/update", 256),
    ("remoteControl/client/list", 259),
    ("remoteControl/disable", 78),
    ("remoteControl/enable", 78),
    ("remoteControl/pairing/start", 261),
    ("remoteControl/status/read", 78),
    ("review/start", 262),
    ("server/diagnostics", 263),
    ("skills/config/write", 265),
    ("skills/list", 266),
    ("thread/attachment/add", 269),
    ("thread/attachment/list", 271),
    ("thread/attachmentOwner/list", 272),
    ("thread/backgroundTerminals/list", 273),
    ("thread/fork", 275),
    ("thread/goal/get", 276),
    ("thread/goal/set", 276),
    ("thread/guardianReview", 277),
    ("thread/items/list", 278),
    ("thread/items/read", 280),
    ("thread/list", 281),
    ("thread/loaded/list", 226),
    ("thread/metadata/update", 33),
    ("thread/queue/add", 283),
    ("thread/queue/list", 285),
    ("thread/queue/start", 286),
    ("thread/queue/update", 283),
    ("thread/read", 287),
    ("thread/readState/update", 288),
    ("thread/realtime/listVoices", 289),
    ("thread/resume", 291),
    ("thread/revert", 293),
    ("thread/sample", 294),
    ("thread/search", 295),
    ("thread/searchOccurrences", 296),
    ("thread/start", 275),
    ("thread/timeline/list", 298),
    ("thread/turns/list", 292),
    ("thread/unarchive", 33),
    ("threadSection/list", 226),
    ("turn/start", 286),
    ("turn/steer", 301),
    ("userVerification/enroll", 302),
    ("userVerification/status", 303),
    ("userVerification/verify", 304),
];

pub(super) const ROOTS: &[(&str, u16)] = &[
    ("CodexErrorInfo", 5),
    ("GetAccountRateLimitsResponse", 128),
    ("Model", 217),
    ("RateLimitSnapshot", 72),
    ("SandboxPolicy", 60),
    ("Thread", 34),
    ("ThreadGoal", 50),
    ("ThreadItem", 13),
    ("ThreadStatus", 36),
    ("ThreadTokenUsage", 69),
    ("Turn", 29),
    ("TurnError", 3),
    ("UserInput", 17),
];

pub(super) const TYPES: &[Type] = &[
    Type { fields: &[], rest: 0 }, // 0 free
    Type { fields: &[], rest: 0 }, // 1 the value of `type`
    Type { fields: &[("error", "error", 3), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("willRetry", "will_retry", 0)], rest: 0 }, // 2 ErrorNotification
    Type { fields: &[("misalignment", "misalignment", 4), ("codexErrorInfo", "codex_error_info", 5), ("additionalDetails", "additional_details", 0)], rest: 0 }, // 3 TurnError
    Type { fields: &[("errorType", "error_type", 0), ("reviewTarget", "review_target", 0), ("detailedExplanation", "detailed_explanation", 0)], rest: 0 }, // 4 MisalignmentErrorDetails
    Type { fields: &[("httpConnectionFailed", "http_connection_failed", 6), ("activeTurnNotSteerable", "active_turn_not_steerable", 7), ("responseStreamDisconnected", "response_stream_disconnected", 6), ("responseTooManyFailedAttempts", "response_too_many_failed_attempts", 6), ("responseStreamConnectionFailed", "response_stream_connection_failed", 6)], rest: 0 }, // 5 CodexErrorInfo
    Type { fields: &[("httpStatusCode", "http_status_code", 0)], rest: 0 }, // 6 CodexErrorInfo.httpConnectionFailed
    Type { fields: &[("turnKind", "turn_kind", 0)], rest: 0 }, // 7 CodexErrorInfo.activeTurnNotSteerable
    Type { fields: &[("threadId", "thread_id", 0)], rest: 0 }, // 8 WarningNotification
    Type { fields: &[("watchId", "watch_id", 0), ("changedPaths", "changed_paths", 0)], rest: 0 }, // 9 FsChangedNotification
    Type { fields: &[("run", "run", 11), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0)], rest: 0 }, // 10 HookStartedNotification
    Type { fields: &[("eventName", "event_name", 0), ("startedAt", "started_at", 0), ("durationMs", "duration_ms", 0), ("sourcePath", "source_path", 0), ("completedAt", "completed_at", 0), ("handlerType", "handler_type", 0), ("displayOrder", "display_order", 0), ("executionMode", "execution_mode", 0), ("statusMessage", "status_message", 0)], rest: 0 }, // 11 HookRunSummary
    Type { fields: &[("item", "item", 13), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("startedAtMs", "started_at_ms", 0)], rest: 0 }, // 12 ItemStartedNotification
    Type { fields: &[("type", "type", 1), ("action", "action", 14), ("fileId", "file_id", 0), ("output", "output", 14), ("result", "result", 15), ("changes", "changes", 16), ("content", "content", 17), ("failure", "failure", 19), ("clientId", "client_id", 0), ("exitCode", "exit_code", 0), ("mcpAppUi", "mcp_app_ui", 20), ("pluginId", "plugin_id", 0), ("agentPath", "agent_path", 0), ("fragments", "fragments", 21), ("processId", "process_id", 0), ("savedPath", "saved_path", 0), ("appContext", "app_context", 22), ("durationMs", "duration_ms", 0), ("moderation", "moderation", 23), ("scriptPath", "script_path", 0), ("inputImages", "input_images", 0), ("startedAtMs", "started_at_ms", 0), ("agentsStates", "agents_states", 0), ("contentItems", "content_items", 25), ("generationId", "generation_id", 0), ("readOnlyHint", "read_only_hint", 0), ("agentThreadId", "agent_thread_id", 0), ("completedAtMs", "completed_at_ms", 0), ("revisedPrompt", "revised_prompt", 0), ("commandActions", "command_actions", 14), ("memoryCitation", "memory_citation", 26), ("senderThreadId", "sender_thread_id", 0), ("reasoningEffort", "reasoning_effort", 0), ("aggregatedOutput", "aggregated_output", 0), ("mcpAppResourceUri", "mcp_app_resource_uri", 0), ("receiverThreadIds", "receiver_thread_ids", 0), ("transparentBackground", "transparent_background", 0)], rest: 0 }, // 13 ThreadItem
    Type { fields: &[("type", "type", 1)], rest: 0 }, // 14 WebSearchAction
    Type { fields: &[("structuredContent", "structured_content", 0)], rest: 0 }, // 15 McpToolCallResult
    Type { fields: &[("kind", "kind", 14)], rest: 0 }, // 16 FileUpdateChange
    Type { fields: &[("type", "type", 1), ("fileId", "file_id", 0), ("text_elements", "text_elements", 18)], rest: 0 }, // 17 UserInput
    Type { fields: &[("byteRange", "byte_range", 0)], rest: 0 }, // 18 TextElement
    Type { fields: &[("type", "type", 1), ("limitId", "limit_id", 0), ("resetsAt", "resets_at", 0)], rest: 0 }, // 19 ImageGenerationFailure
    Type { fields: &[("resourceUri", "resource_uri", 0), ("preferredModelDisplayMode", "preferred_model_display_mode", 0)], rest: 0 }, // 20 McpAppUi
    Type { fields: &[("hookRunId", "hook_run_id", 0)], rest: 0 }, // 21 HookPromptFragment
    Type { fields: &[("linkId", "link_id", 0), ("appName", "app_name", 0), ("actionName", "action_name", 0), ("connectorId", "connector_id", 0), ("resourceUri", "resource_uri", 0)], rest: 0 }, // 22 McpToolCallAppContext
    Type { fields: &[("display", "display", 24)], rest: 0 }, // 23 AgentMessageModeration
    Type { fields: &[("blockType", "block_type", 0), ("cyberTrustedAccess", "cyber_trusted_access", 0), ("checkTrustedContacts", "check_trusted_contacts", 0)], rest: 0 }, // 24 AgentMessageDisplay
    Type { fields: &[("type", "type", 1), ("audioUrl", "audio_url", 0), ("imageUrl", "image_url", 0)], rest: 0 }, // 25 DynamicToolCallOutputContentItem
    Type { fields: &[("entries", "entries", 27), ("threadIds", "thread_ids", 0)], rest: 0 }, // 26 MemoryCitation
    Type { fields: &[("lineEnd", "line_end", 0), ("lineStart", "line_start", 0)], rest: 0 }, // 27 MemoryCitationEntry
    Type { fields: &[("turn", "turn", 29), ("threadId", "thread_id", 0)], rest: 0 }, // 28 TurnStartedNotification
    Type { fields: &[("error", "error", 3), ("items", "items", 13), ("itemsView", "items_view", 0), ("startedAt", "started_at", 0), ("durationMs", "duration_ms", 0), ("rootTurnId", "root_turn_id", 0), ("completedAt", "completed_at", 0)], rest: 0 }, // 29 Turn
    Type { fields: &[("item", "item", 13), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("completedAtMs", "completed_at_ms", 0), ("contentTokenCount", "content_token_count", 0)], rest: 0 }, // 30 ItemCompletedNotification
    Type { fields: &[("turnId", "turn_id", 0), ("toModel", "to_model", 0), ("threadId", "thread_id", 0), ("fromModel", "from_model", 0)], rest: 0 }, // 31 ModelReroutedNotification
    Type { fields: &[("exitCode", "exit_code", 0), ("processHandle", "process_handle", 0), ("stderrCapReached", "stderr_cap_reached", 0), ("stdoutCapReached", "stdout_cap_reached", 0), ("outputDrainTimedOut", "output_drain_timed_out", 0)], rest: 0 }, // 32 ProcessExitedNotification
    Type { fields: &[("thread", "thread", 34)], rest: 0 }, // 33 ThreadStartedNotification
    Type { fields: &[("turns", "turns", 29), ("source", "source", 35), ("status", "status", 36), ("gitInfo", "git_info", 37), ("agentRole", "agent_role", 0), ("createdAt", "created_at", 0), ("projectId", "project_id", 0), ("recencyAt", "recency_at", 0), ("sessionId", "session_id", 0), ("updatedAt", "updated_at", 0), ("cliVersion", "cli_version", 0), ("historyMode", "history_mode", 0), ("environments", "environments", 38), ("forkedFromId", "forked_from_id", 0), ("threadSource", "thread_source", 0), ("agentNickname", "agent_nickname", 0), ("modelProvider", "model_provider", 0), ("parentThreadId", "parent_thread_id", 0), ("daybreakEnabled", "daybreak_enabled", 0), ("reasoningEffort", "reasoning_effort", 0), ("sectionEnteredAt", "section_entered_at", 0), ("attachedToThreadId", "attached_to_thread_id", 0), ("canAcceptDirectInput", "can_accept_direct_input", 0)], rest: 0 }, // 34 Thread
    Type { fields: &[("subAgent", "sub_agent", 0)], rest: 0 }, // 35 SessionSource
    Type { fields: &[("type", "type", 1), ("activeFlags", "active_flags", 0)], rest: 0 }, // 36 ThreadStatus
    Type { fields: &[("originUrl", "origin_url", 0)], rest: 0 }, // 37 GitInfo
    Type { fields: &[("environmentId", "environment_id", 0), ("runtimeWorkspaceRoots", "runtime_workspace_roots", 0)], rest: 0 }, // 38 ThreadEnvironment
    Type { fields: &[("authMode", "auth_mode", 0), ("planType", "plan_type", 0)], rest: 0 }, // 39 AccountUpdatedNotification
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0)], rest: 0 }, // 40 PlanDeltaNotification
    Type { fields: &[("projectId", "project_id", 0), ("changeType", "change_type", 0)], rest: 0 }, // 41 ProjectChangedNotification
    Type { fields: &[("data", "data", 43)], rest: 0 }, // 42 AppListUpdatedNotification
    Type { fields: &[("logoUrl", "logo_url", 0), ("branding", "branding", 44), ("isEnabled", "is_enabled", 0), ("iconAssets", "icon_assets", 0), ("installUrl", "install_url", 0), ("appMetadata", "app_metadata", 45), ("logoUrlDark", "logo_url_dark", 0), ("isAccessible", "is_accessible", 0), ("iconDarkAssets", "icon_dark_assets", 0), ("pluginDisplayNames", "plugin_display_names", 0), ("distributionChannel", "distribution_channel", 0)], rest: 0 }, // 43 AppInfo
    Type { fields: &[("privacyPolicy", "privacy_policy", 0), ("termsOfService", "terms_of_service", 0), ("isDiscoverableApp", "is_discoverable_app", 0)], rest: 0 }, // 44 AppBranding
    Type { fields: &[("versionId", "version_id", 0), ("screenshots", "screenshots", 46), ("versionNotes", "version_notes", 0), ("subCategories", "sub_categories", 0), ("seoDescription", "seo_description", 0), ("firstPartyRequiresInstall", "first_party_requires_install", 0), ("showInComposerWhenUnlinked", "show_in_composer_when_unlinked", 0)], rest: 0 }, // 45 AppMetadata
    Type { fields: &[("fileId", "file_id", 0), ("userPrompt", "user_prompt", 0)], rest: 0 }, // 46 AppScreenshot
    Type { fields: &[("turnId", "turn_id", 0), ("threadId", "thread_id", 0)], rest: 0 }, // 47 ContextCompactedNotification
    Type { fields: &[("capReached", "cap_reached", 0), ("deltaBase64", "delta_base64", 0), ("processHandle", "process_handle", 0)], rest: 0 }, // 48 ProcessOutputDeltaNotification
    Type { fields: &[("goal", "goal", 50), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0)], rest: 0 }, // 49 ThreadGoalUpdatedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("createdAt", "created_at", 0), ("updatedAt", "updated_at", 0), ("tokensUsed", "tokens_used", 0), ("tokenBudget", "token_budget", 0), ("timeUsedSeconds", "time_used_seconds", 0)], rest: 0 }, // 50 ThreadGoal
    Type { fields: &[("threadId", "thread_id", 0), ("threadName", "thread_name", 0)], rest: 0 }, // 51 ThreadNameUpdatedNotification
    Type { fields: &[("status", "status", 36), ("threadId", "thread_id", 0)], rest: 0 }, // 52 ThreadStatusChangedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("requestId", "request_id", 0)], rest: 0 }, // 53 ServerRequestResolvedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("projectId", "project_id", 0)], rest: 0 }, // 54 ThreadProjectUpdatedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("sectionId", "section_id", 0)], rest: 0 }, // 55 ThreadSectionChangedNotification
    Type { fields: &[("loginId", "login_id", 0), ("onboardingEntrypoint", "onboarding_entrypoint", 0)], rest: 0 }, // 56 AccountLoginCompletedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("realtimeSessionId", "realtime_session_id", 0)], rest: 0 }, // 57 ThreadRealtimeStartedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("threadSettings", "thread_settings", 59)], rest: 0 }, // 58 ThreadSettingsUpdatedNotification
    Type { fields: &[("serviceTier", "service_tier", 0), ("environments", "environments", 38), ("modelProvider", "model_provider", 0), ("sandboxPolicy", "sandbox_policy", 60), ("approvalPolicy", "approval_policy", 0), ("multiAgentMode", "multi_agent_mode", 0), ("approvalsReviewer", "approvals_reviewer", 0), ("collaborationMode", "collaboration_mode", 0), ("disabledPluginIds", "disabled_plugin_ids", 0), ("activePermissionProfile", "active_permission_profile", 0)], rest: 0 }, // 59 ThreadSettings
    Type { fields: &[("type", "type", 1), ("networkAccess", "network_access", 0), ("writableRoots", "writable_roots", 0), ("excludeSlashTmp", "exclude_slash_tmp", 0), ("excludeTmpdirEnvVar", "exclude_tmpdir_env_var", 0)], rest: 0 }, // 60 SandboxPolicy
    Type { fields: &[("processId", "process_id", 0), ("capReached", "cap_reached", 0), ("deltaBase64", "delta_base64", 0)], rest: 0 }, // 61 CommandExecOutputDeltaNotification
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("contentIndex", "content_index", 0)], rest: 0 }, // 62 ReasoningTextDeltaNotification
    Type { fields: &[("threadId", "thread_id", 0), ("readState", "read_state", 64)], rest: 0 }, // 63 ThreadReadStateChangedNotification
    Type { fields: &[("firstUnread", "first_unread", 65)], rest: 0 }, // 64 ThreadReadState
    Type { fields: &[("type", "type", 1), ("turnId", "turn_id", 0)], rest: 0 }, // 65 ThreadUnreadPosition
    Type { fields: &[("threadId", "thread_id", 0), ("identityKey", "identity_key", 0), ("attachmentId", "attachment_id", 0), ("attachmentType", "attachment_type", 0)], rest: 0 }, // 66 ThreadAttachmentUpdatedNotification
    Type { fields: &[("result", "result", 14), ("threadId", "thread_id", 0), ("sourceTurnId", "source_turn_id", 0)], rest: 0 }, // 67 ThreadPredictionUpdatedNotification
    Type { fields: &[("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("tokenUsage", "token_usage", 69)], rest: 0 }, // 68 ThreadTokenUsageUpdatedNotification
    Type { fields: &[("last", "last", 70), ("total", "total", 70), ("modelContextWindow", "model_context_window", 0)], rest: 0 }, // 69 ThreadTokenUsage
    Type { fields: &[("inputTokens", "input_tokens", 0), ("totalTokens", "total_tokens", 0), ("outputTokens", "output_tokens", 0), ("cachedInputTokens", "cached_input_tokens", 0), ("cacheWriteInputTokens", "cache_write_input_tokens", 0), ("reasoningOutputTokens", "reasoning_output_tokens", 0)], rest: 0 }, // 70 TokenUsageBreakdown
    Type { fields: &[("rateLimits", "rate_limits", 72)], rest: 0 }, // 71 AccountRateLimitsUpdatedNotification
    Type { fields: &[("credits", "credits", 73), ("limitId", "limit_id", 0), ("primary", "primary", 74), ("planType", "plan_type", 0), ("limitName", "limit_name", 0), ("secondary", "secondary", 74), ("individualLimit", "individual_limit", 75), ("normalModelSlug", "normal_model_slug", 0), ("spendControlReached", "spend_control_reached", 0), ("rateLimitReachedType", "rate_limit_reached_type", 0)], rest: 0 }, // 72 RateLimitSnapshot
    Type { fields: &[("hasCredits", "has_credits", 0)], rest: 0 }, // 73 CreditsSnapshot
    Type { fields: &[("resetsAt", "resets_at", 0), ("usedPercent", "used_percent", 0), ("windowDurationMins", "window_duration_mins", 0)], rest: 0 }, // 74 RateLimitWindow
    Type { fields: &[("resetsAt", "resets_at", 0), ("remainingPercent", "remaining_percent", 0)], rest: 0 }, // 75 SpendControlLimitSnapshot
    Type { fields: &[("authUrl", "auth_url", 0), ("loginId", "login_id", 0), ("providerId", "provider_id", 0)], rest: 0 }, // 76 GatewayOAuthChangedNotification
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("changes", "changes", 16), ("threadId", "thread_id", 0)], rest: 0 }, // 77 FileChangePatchUpdatedNotification
    Type { fields: &[("serverName", "server_name", 0), ("environmentId", "environment_id", 0), ("installationId", "installation_id", 0)], rest: 0 }, // 78 RemoteControlStatusChangedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("environmentId", "environment_id", 0)], rest: 0 }, // 79 EnvironmentConnectionNotification
    Type { fields: &[("item", "item", 81), ("threadId", "thread_id", 0)], rest: 0 }, // 80 ThreadRealtimeItemStartedNotification
    Type { fields: &[("type", "type", 1), ("presentation", "presentation", 14), ("realtimeSessionId", "realtime_session_id", 0)], rest: 0 }, // 81 ThreadRealtimeItem
    Type { fields: &[("extraCount", "extra_count", 0), ("failedScan", "failed_scan", 0), ("samplePaths", "sample_paths", 0)], rest: 0 }, // 82 WindowsWorldWritableWarningNotification
    Type { fields: &[("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("useCases", "use_cases", 0), ("fasterModel", "faster_model", 0), ("showBufferingUi", "show_buffering_ui", 0)], rest: 0 }, // 83 ModelSafetyBufferingUpdatedNotification
    Type { fields: &[("sessionId", "session_id", 0)], rest: 0 }, // 84 FuzzyFileSearchSessionUpdatedNotification
    Type { fields: &[("loginId", "login_id", 0), ("threadId", "thread_id", 0)], rest: 0 }, // 85 McpServerOauthLoginCompletedNotification
    Type { fields: &[("action", "action", 87), ("review", "review", 91), ("turnId", "turn_id", 0), ("reviewId", "review_id", 0), ("threadId", "thread_id", 0), ("startedAtMs", "started_at_ms", 0), ("targetItemId", "target_item_id", 0)], rest: 0 }, // 86 ItemGuardianApprovalReviewStartedNotification
    Type { fields: &[("type", "type", 1), ("toolName", "tool_name", 0), ("processId", "process_id", 0), ("toolTitle", "tool_title", 0), ("approvalId", "approval_id", 0), ("connectorId", "connector_id", 0), ("permissions", "permissions", 88), ("connectorName", "connector_name", 0)], rest: 0 }, // 87 GuardianApprovalReviewAction
    Type { fields: &[("fileSystem", "file_system", 89)], rest: 0 }, // 88 RequestPermissionProfile
    Type { fields: &[("entries", "entries", 90), ("globScanMaxDepth", "glob_scan_max_depth", 0)], rest: 0 }, // 89 AdditionalFileSystemPermissions
    Type { fields: &[("path", "path", 14)], rest: 0 }, // 90 FileSystemSandboxEntry
    Type { fields: &[("riskLevel", "risk_level", 0), ("userAuthorization", "user_authorization", 0)], rest: 0 }, // 91 GuardianApprovalReview
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("summaryIndex", "summary_index", 0)], rest: 0 }, // 92 ReasoningSummaryPartAddedNotification
    Type { fields: &[("threadId", "thread_id", 0), ("failureReason", "failure_reason", 0)], rest: 0 }, // 93 McpServerStatusUpdatedNotification
    Type { fields: &[("action", "action", 87), ("review", "review", 91), ("turnId", "turn_id", 0), ("reviewId", "review_id", 0), ("threadId", "thread_id", 0), ("startedAtMs", "started_at_ms", 0), ("targetItemId", "target_item_id", 0), ("completedAtMs", "completed_at_ms", 0), ("decisionSource", "decision_source", 0)], rest: 0 }, // 94 ItemGuardianApprovalReviewCompletedNotification
    Type { fields: &[("audio", "audio", 96), ("threadId", "thread_id", 0)], rest: 0 }, // 95 ThreadRealtimeOutputAudioDeltaNotification
    Type { fields: &[("itemId", "item_id", 0), ("sampleRate", "sample_rate", 0), ("numChannels", "num_channels", 0), ("samplesPerChannel", "samples_per_channel", 0)], rest: 0 }, // 96 ThreadRealtimeAudioChunk
    Type { fields: &[("importId", "import_id", 0), ("itemTypeResults", "item_type_results", 98)], rest: 0 }, // 97 ExternalAgentConfigImportProgressNotification
    Type { fields: &[("failures", "failures", 99), ("itemType", "item_type", 0), ("successes", "successes", 100)], rest: 0 }, // 98 ExternalAgentConfigImportTypeResult
    Type { fields: &[("itemType", "item_type", 0), ("errorType", "error_type", 0), ("failureStage", "failure_stage", 0), ("subErrorType", "sub_error_type", 0)], rest: 0 }, // 99 ExternalAgentConfigImportItemTypeFailure
    Type { fields: &[("itemType", "item_type", 0)], rest: 0 }, // 100 ExternalAgentConfigImportItemTypeSuccess
    Type { fields: &[("subscriptionId", "subscription_id", 0)], rest: 0 }, // 101 McpServerEventStreamNotification
    Type { fields: &[("itemId", "item_id", 0), ("threadId", "thread_id", 0)], rest: 0 }, // 102 ThreadRealtimeItemTranscriptDeltaNotification
    Type { fields: &[("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("startedAtMs", "started_at_ms", 0)], rest: 0 }, // 103 StrictReviewRequiredNotification
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("processId", "process_id", 0)], rest: 0 }, // 104 TerminalInteractionNotification
    Type { fields: &[("previousAccountId", "previous_account_id", 0)], rest: 0 }, // 105 ChatgptAuthTokensRefreshParams
    Type { fields: &[("accessToken", "access_token", 0), ("chatgptPlanType", "chatgpt_plan_type", 0), ("chatgptAccountId", "chatgpt_account_id", 0)], rest: 0 }, // 106 account/chatgptAuthTokens/refresh
    Type { fields: &[("callId", "call_id", 0), ("grantRoot", "grant_root", 0), ("fileChanges", "file_changes", 108), ("conversationId", "conversation_id", 0)], rest: 0 }, // 107 ApplyPatchApprovalParams
    Type { fields: &[], rest: 14 }, // 108 ApplyPatchApprovalParams.fileChanges
    Type { fields: &[("currentTimeAt", "current_time_at", 0)], rest: 0 }, // 109 currentTime/read
    Type { fields: &[("callId", "call_id", 0), ("parsedCmd", "parsed_cmd", 14), ("approvalId", "approval_id", 0), ("conversationId", "conversation_id", 0)], rest: 0 }, // 110 ExecCommandApprovalParams
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("approvalId", "approval_id", 0), ("startedAtMs", "started_at_ms", 0), ("environmentId", "environment_id", 0), ("commandActions", "command_actions", 14), ("availableDecisions", "available_decisions", 112), ("additionalPermissions", "additional_permissions", 88), ("networkApprovalContext", "network_approval_context", 0), ("proposedExecpolicyAmendment", "proposed_execpolicy_amendment", 0), ("proposedNetworkPolicyAmendments", "proposed_network_policy_amendments", 0)], rest: 0 }, // 111 CommandExecutionRequestApprovalParams
    Type { fields: &[("applyNetworkPolicyAmendment", "apply_network_policy_amendment", 0), ("acceptWithExecpolicyAmendment", "accept_with_execpolicy_amendment", 0)], rest: 0 }, // 112 CommandExecutionApprovalDecision
    Type { fields: &[("decision", "decision", 112)], rest: 0 }, // 113 item/commandExecution/requestApproval
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("grantRoot", "grant_root", 0), ("startedAtMs", "started_at_ms", 0)], rest: 0 }, // 114 FileChangeRequestApprovalParams
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("permissions", "permissions", 88), ("startedAtMs", "started_at_ms", 0), ("environmentId", "environment_id", 0)], rest: 0 }, // 115 PermissionsRequestApprovalParams
    Type { fields: &[("permissions", "permissions", 88), ("strictAutoReview", "strict_auto_review", 0)], rest: 0 }, // 116 item/permissions/requestApproval
    Type { fields: &[("callId", "call_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0)], rest: 0 }, // 117 DynamicToolCallParams
    Type { fields: &[("contentItems", "content_items", 25)], rest: 0 }, // 118 item/tool/call
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("questions", "questions", 120), ("isBlocking", "is_blocking", 0), ("autoResolutionMs", "auto_resolution_ms", 0)], rest: 0 }, // 119 ToolRequestUserInputParams
    Type { fields: &[("isOther", "is_other", 0), ("isSecret", "is_secret", 0)], rest: 0 }, // 120 ToolRequestUserInputQuestion
    Type { fields: &[("turnId", "turn_id", 0), ("threadId", "thread_id", 0), ("serverName", "server_name", 0), ("elicitationId", "elicitation_id", 0), ("requestedSchema", "requested_schema", 0)], rest: 0 }, // 121 McpServerElicitationRequestParams
    Type { fields: &[("isGovCloud", "is_gov_cloud", 0), ("shouldWarn", "should_warn", 0)], rest: 0 }, // 122 account/bedrock/checkGovCloudRequirements
    Type { fields: &[("environmentCredentials", "environment_credentials", 14)], rest: 0 }, // 123 account/bedrock/discover
    Type { fields: &[("prompt", "prompt", 125)], rest: 0 }, // 124 account/gatewayOAuth/login
    Type { fields: &[("loginId", "login_id", 0), ("userCode", "user_code", 0), ("verificationUrl", "verification_url", 0)], rest: 0 }, // 125 GatewayOAuthPrompt
    Type { fields: &[("providerId", "provider_id", 0), ("providerName", "provider_name", 0), ("supportsDeviceAuth", "supports_device_auth", 0)], rest: 0 }, // 126 account/gatewayOAuth/read
    Type { fields: &[("type", "type", 1), ("authUrl", "auth_url", 0), ("loginId", "login_id", 0), ("userCode", "user_code", 0), ("verificationUrl", "verification_url", 0)], rest: 0 }, // 127 account/login/start
    Type { fields: &[("accountId", "account_id", 0), ("rateLimits", "rate_limits", 72), ("rateLimitUpsell", "rate_limit_upsell", 0), ("rateLimitsByLimitId", "rate_limits_by_limit_id", 129), ("ordinaryUsageAllowed", "ordinary_usage_allowed", 0), ("rateLimitResetCredits", "rate_limit_reset_credits", 130)], rest: 0 }, // 128 account/rateLimits/read
    Type { fields: &[], rest: 72 }, // 129 account/rateLimits/read.rateLimitsByLimitId
    Type { fields: &[("credits", "credits", 131), ("availableCount", "available_count", 0)], rest: 0 }, // 130 RateLimitResetCreditsSummary
    Type { fields: &[("expiresAt", "expires_at", 0), ("grantedAt", "granted_at", 0), ("resetType", "reset_type", 0)], rest: 0 }, // 131 RateLimitResetCredit
    Type { fields: &[("userId", "user_id", 0), ("account", "account", 133), ("workspaceRouting", "workspace_routing", 134), ("requiresOpenaiAuth", "requires_openai_auth", 0)], rest: 0 }, // 132 account/read
    Type { fields: &[("type", "type", 1), ("planType", "plan_type", 0), ("workspaceName", "workspace_name", 0), ("usesCodexManagedCredentials", "uses_codex_managed_credentials", 0)], rest: 0 }, // 133 Account
    Type { fields: &[("backendOrigin", "backend_origin", 0), ("chatgptAccountId", "chatgpt_account_id", 0), ("accountRoutingOverride", "account_routing_override", 0)], rest: 0 }, // 134 WorkspaceRouting
    Type { fields: &[("notice", "notice", 136)], rest: 0 }, // 135 account/securitySetup/read
    Type { fields: &[("userId", "user_id", 0), ("accountId", "account_id", 0)], rest: 0 }, // 136 AccountSecuritySetupNotice
    Type { fields: &[("summary", "summary", 138), ("threadUsage", "thread_usage", 139), ("dailyUsageBuckets", "daily_usage_buckets", 141)], rest: 0 }, // 137 account/usage/read
    Type { fields: &[("lifetimeTokens", "lifetime_tokens", 0), ("peakDailyTokens", "peak_daily_tokens", 0), ("currentStreakDays", "current_streak_days", 0), ("longestStreakDays", "longest_streak_days", 0), ("longestRunningTurnSec", "longest_running_turn_sec", 0)], rest: 0 }, // 138 AccountTokenUsageSummary
    Type { fields: &[("groups", "groups", 140), ("threadId", "thread_id", 0), ("nativeUsageUsdMicros", "native_usage_usd_micros", 0), ("estimatedUsageUsdMicros", "estimated_usage_usd_micros", 0), ("estimatedUsageCreditsMicros", "estimated_usage_credits_micros", 0)], rest: 0 }, // 139 ThreadUsage
    Type { fields: &[("inputTokens", "input_tokens", 0), ("totalTokens", "total_tokens", 0), ("outputTokens", "output_tokens", 0), ("reasoningEffort", "reasoning_effort", 0), ("cachedInputTokens", "cached_input_tokens", 0), ("netNewInputTokens", "net_new_input_tokens", 0), ("estimatedUsageCreditsMicros", "estimated_usage_credits_micros", 0)], rest: 0 }, // 140 ThreadUsageBreakdownGroup
    Type { fields: &[("startDate", "start_date", 0)], rest: 0 }, // 141 AccountTokenUsageDailyBucket
    Type { fields: &[("messages", "messages", 143), ("featureEnabled", "feature_enabled", 0)], rest: 0 }, // 142 account/workspaceMessages/read
    Type { fields: &[("createdAt", "created_at", 0), ("messageId", "message_id", 0), ("archivedAt", "archived_at", 0), ("messageBody", "message_body", 0), ("messageType", "message_type", 0)], rest: 0 }, // 143 WorkspaceMessage
    Type { fields: &[("sessions", "sessions", 145), ("activeSessionId", "active_session_id", 0)], rest: 0 }, // 144 accountSession/list
    Type { fields: &[("userId", "user_id", 0), ("imageUrl", "image_url", 0), ("isActive", "is_active", 0), ("sessionId", "session_id", 0), ("lastUsedAt", "last_used_at", 0), ("workspaces", "workspaces", 146), ("displayName", "display_name", 0), ("selectedWorkspaceAccountId", "selected_workspace_account_id", 0)], rest: 0 }, // 145 AccountSession
    Type { fields: &[("imageUrl", "image_url", 0), ("accountId", "account_id", 0)], rest: 0 }, // 146 AccountSessionWorkspace
    Type { fields: &[("apps", "apps", 148)], rest: 0 }, // 147 app/installed
    Type { fields: &[("runtimeName", "runtime_name", 0)], rest: 0 }, // 148 InstalledApp
    Type { fields: &[("data", "data", 43), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 149 app/list
    Type { fields: &[("apps", "apps", 151), ("missingAppIds", "missing_app_ids", 0)], rest: 0 }, // 150 app/read
    Type { fields: &[("iconUrl", "icon_url", 0), ("installUrl", "install_url", 0), ("iconUrlDark", "icon_url_dark", 0), ("toolSummaries", "tool_summaries", 152), ("pluginDisplayNames", "plugin_display_names", 0), ("distributionChannel", "distribution_channel", 0)], rest: 0 }, // 151 ConnectorMetadata
    Type { fields: &[("isEnabled", "is_enabled", 0), ("isReadOnly", "is_read_only", 0), ("disabledReason", "disabled_reason", 0)], rest: 0 }, // 152 AppToolSummary
    Type { fields: &[("exitCode", "exit_code", 0)], rest: 0 }, // 153 command/exec
    Type { fields: &[("filePath", "file_path", 0), ("overriddenMetadata", "overridden_metadata", 155)], rest: 0 }, // 154 config/value/write
    Type { fields: &[("effectiveValue", "effective_value", 0), ("overridingLayer", "overriding_layer", 156)], rest: 0 }, // 155 OverriddenMetadata
    Type { fields: &[("name", "name", 157)], rest: 0 }, // 156 ConfigLayerMetadata
    Type { fields: &[("type", "type", 1), ("dotCodexFolder", "dot_codex_folder", 0)], rest: 0 }, // 157 ConfigLayerSource
    Type { fields: &[("layers", "layers", 159), ("origins", "origins", 160)], rest: 0 }, // 158 config/read
    Type { fields: &[("name", "name", 157), ("disabledReason", "disabled_reason", 0)], rest: 0 }, // 159 ConfigLayer
    Type { fields: &[], rest: 156 }, // 160 config/read.origins
    Type { fields: &[("requirements", "requirements", 162), ("supportsIndependentSpeedModes", "supports_independent_speed_modes", 0)], rest: 0 }, // 161 configRequirements/read
    Type { fields: &[("hooks", "hooks", 163), ("logDir", "log_dir", 0), ("models", "models", 166), ("network", "network", 168), ("autoReview", "auto_review", 169), ("browserUse", "browser_use", 170), ("sqliteHome", "sqlite_home", 0), ("application", "application", 174), ("computerUse", "computer_use", 176), ("inAppBrowser", "in_app_browser", 180), ("allowAppshots", "allow_appshots", 0), ("modelProvider", "model_provider", 0), ("chatgptBaseUrl", "chatgpt_base_url", 0), ("modelProviders", "model_providers", 0), ("allowLoginShell", "allow_login_shell", 0), ("enforceResidency", "enforce_residency", 0), ("modelCatalogJson", "model_catalog_json", 0), ("allowRemoteControl", "allow_remote_control", 0), ("defaultPermissions", "default_permissions", 0), ("allowedLoginMethods", "allowed_login_methods", 0), ("allowedSandboxModes", "allowed_sandbox_modes", 0), ("featureRequirements", "feature_requirements", 0), ("allowManagedHooksOnly", "allow_managed_hooks_only", 0), ("allowedWebSearchModes", "allowed_web_search_modes", 0), ("allowedApprovalPolicies", "allowed_approval_policies", 0), ("checkForUpdateOnStartup", "check_for_update_on_startup", 0), ("cliAuthCredentialsStore", "cli_auth_credentials_store", 0), ("allowedApprovalsReviewers", "allowed_approvals_reviewers", 0), ("allowedPermissionProfiles", "allowed_permission_profiles", 0), ("allowBrowserAndComputerUse", "allow_browser_and_computer_use", 0), ("additionalDeveloperInstructions", "additional_developer_instructions", 0), ("allowedWindowsSandboxImplementations", "allowed_windows_sandbox_implementations", 0)], rest: 0 }, // 162 ConfigRequirements
    Type { fields: &[("Stop", "Stop", 164), ("Interrupt", "Interrupt", 164), ("PreCompact", "PreCompact", 164), ("PreToolUse", "PreToolUse", 164), ("SessionEnd", "SessionEnd", 164), ("managedDir", "managed_dir", 0), ("PostCompact", "PostCompact", 164), ("PostToolUse", "PostToolUse", 164), ("SessionStart", "SessionStart", 164), ("SubagentStop", "SubagentStop", 164), ("SubagentStart", "SubagentStart", 164), ("PreModelRequest", "PreModelRequest", 164), ("PostModelRequest", "PostModelRequest", 164), ("UserPromptSubmit", "UserPromptSubmit", 164), ("PermissionRequest", "PermissionRequest", 164), ("windowsManagedDir", "windows_managed_dir", 0)], rest: 0 }, // 163 ManagedHooksRequirements
    Type { fields: &[("hooks", "hooks", 165)], rest: 0 }, // 164 ConfiguredHookMatcherGroup
    Type { fields: &[("type", "type", 1), ("timeoutSec", "timeout_sec", 0), ("statusMessage", "status_message", 0), ("commandWindows", "command_windows", 0), ("additionalContextLimit", "additional_context_limit", 0)], rest: 0 }, // 165 ConfiguredHookHandler
    Type { fields: &[("newThread", "new_thread", 167)], rest: 0 }, // 166 ModelsRequirements
    Type { fields: &[("serviceTier", "service_tier", 0), ("modelReasoningEffort", "model_reasoning_effort", 0)], rest: 0 }, // 167 NewThreadModelDefaults
    Type { fields: &[("httpPort", "http_port", 0), ("socksPort", "socks_port", 0), ("unixSockets", "unix_sockets", 0), ("deniedDomains", "denied_domains", 0), ("reviewDomains", "review_domains", 0), ("allowedDomains", "allowed_domains", 0), ("allowUnixSockets", "allow_unix_sockets", 0), ("allowLocalBinding", "allow_local_binding", 0), ("allowUpstreamProxy", "allow_upstream_proxy", 0), ("managedAllowedDomainsOnly", "managed_allowed_domains_only", 0), ("dangerouslyAllowAllUnixSockets", "dangerously_allow_all_unix_sockets", 0), ("dangerouslyAllowNonLoopbackProxy", "dangerously_allow_non_loopback_proxy", 0)], rest: 0 }, // 168 NetworkRequirements
    Type { fields: &[("ignoreRules", "ignore_rules", 0), ("requiredOnModels", "required_on_models", 0)], rest: 0 }, // 169 AutoReviewRequirements
    Type { fields: &[("origins", "origins", 171), ("extension", "extension", 173), ("allowWebmcp", "allow_webmcp", 0), ("disableAutoReview", "disable_auto_review", 0), ("allowHistoryAccess", "allow_history_access", 0), ("defaultOriginPolicy", "default_origin_policy", 172), ("allowGlobalPersistentApproval", "allow_global_persistent_approval", 0)], rest: 0 }, // 170 BrowserUseRequirements
    Type { fields: &[], rest: 172 }, // 171 BrowserUseRequirements.origins
    Type { fields: &[("autoReview", "auto_review", 0), ("fullCdpAccess", "full_cdp_access", 0), ("persistentApproval", "persistent_approval", 0), ("accessApprovalLifetime", "access_approval_lifetime", 0)], rest: 0 }, // 172 BrowserUseOriginPolicy
    Type { fields: &[("requestHeaders", "request_headers", 0)], rest: 0 }, // 173 BrowserUseExtensionRequirements
    Type { fields: &[("storage", "storage", 175)], rest: 0 }, // 174 ApplicationRequirements
    Type { fields: &[("defaultProjectParent", "default_project_parent", 0), ("projectlessWorkspaceRoot", "projectless_workspace_root", 0)], rest: 0 }, // 175 ApplicationStorageRequirements
    Type { fields: &[("macos", "macos", 177), ("windows", "windows", 178), ("defaultAppAccess", "default_app_access", 0), ("allowLockedComputerUse", "allow_locked_computer_use", 0), ("allowPersistentApproval", "allow_persistent_approval", 0)], rest: 0 }, // 176 ComputerUseRequirements
    Type { fields: &[("bundleIds", "bundle_ids", 0)], rest: 0 }, // 177 ComputerUseMacosRequirements
    Type { fields: &[("exes", "exes", 179)], rest: 0 }, // 178 ComputerUseWindowsRequirements
    Type { fields: &[("binaryName", "binary_name", 0), ("productName", "product_name", 0), ("publisherName", "publisher_name", 0)], rest: 0 }, // 179 ComputerUseWindowsExeRequirement
    Type { fields: &[("allowExternalBrowserSettingsImport", "allow_external_browser_settings_import", 0)], rest: 0 }, // 180 InAppBrowserRequirements
    Type { fields: &[("data", "data", 182), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 181 experimentalFeature/list
    Type { fields: &[("displayName", "display_name", 0), ("defaultEnabled", "default_enabled", 0)], rest: 0 }, // 182 ExperimentalFeature
    Type { fields: &[("items", "items", 184), ("connectors", "connectors", 187)], rest: 0 }, // 183 externalAgentConfig/detect
    Type { fields: &[("details", "details", 185), ("itemType", "item_type", 0)], rest: 0 }, // 184 ExternalAgentConfigMigrationItem
    Type { fields: &[("plugins", "plugins", 186), ("mcpServers", "mcp_servers", 0)], rest: 0 }, // 185 MigrationDetails
    Type { fields: &[("pluginNames", "plugin_names", 0), ("marketplaceName", "marketplace_name", 0)], rest: 0 }, // 186 PluginsMigration
    Type { fields: &[("sessionCount", "session_count", 0)], rest: 0 }, // 187 ExternalAgentDetectedConnectorCandidate
    Type { fields: &[("importId", "import_id", 0)], rest: 0 }, // 188 externalAgentConfig/import
    Type { fields: &[("data", "data", 190), ("connectors", "connectors", 187)], rest: 0 }, // 189 externalAgentConfig/import/readHistories
    Type { fields: &[("failures", "failures", 99), ("importId", "import_id", 0), ("successes", "successes", 100), ("providerId", "provider_id", 0), ("completedAtMs", "completed_at_ms", 0)], rest: 0 }, // 190 ExternalAgentConfigImportHistory
    Type { fields: &[("threadId", "thread_id", 0), ("savedPath", "saved_path", 0), ("promptHash", "prompt_hash", 0)], rest: 0 }, // 191 feedback/save
    Type { fields: &[("threadId", "thread_id", 0), ("promptHash", "prompt_hash", 0)], rest: 0 }, // 192 feedback/upload
    Type { fields: &[("isFile", "is_file", 0), ("isSymlink", "is_symlink", 0), ("createdAtMs", "created_at_ms", 0), ("isDirectory", "is_directory", 0), ("modifiedAtMs", "modified_at_ms", 0)], rest: 0 }, // 193 fs/getMetadata
    Type { fields: &[("entries", "entries", 195)], rest: 0 }, // 194 fs/readDirectory
    Type { fields: &[("isFile", "is_file", 0), ("fileName", "file_name", 0), ("isDirectory", "is_directory", 0)], rest: 0 }, // 195 FsReadDirectoryEntry
    Type { fields: &[("dataBase64", "data_base64", 0)], rest: 0 }, // 196 fs/readFile
    Type { fields: &[("data", "data", 198)], rest: 0 }, // 197 hooks/list
    Type { fields: &[("hooks", "hooks", 199)], rest: 0 }, // 198 HooksListEntry
    Type { fields: &[("pluginId", "plugin_id", 0), ("eventName", "event_name", 0), ("isManaged", "is_managed", 0), ("sourcePath", "source_path", 0), ("timeoutSec", "timeout_sec", 0), ("currentHash", "current_hash", 0), ("handlerType", "handler_type", 0), ("trustStatus", "trust_status", 0), ("displayOrder", "display_order", 0), ("environmentId", "environment_id", 0), ("statusMessage", "status_message", 0), ("additionalContextLimit", "additional_context_limit", 0)], rest: 0 }, // 199 HookMetadata
    Type { fields: &[("codexHome", "codex_home", 0), ("userAgent", "user_agent", 0), ("platformOs", "platform_os", 0), ("platformFamily", "platform_family", 0)], rest: 0 }, // 200 initialize
    Type { fields: &[("alreadyAdded", "already_added", 0), ("installedRoot", "installed_root", 0), ("marketplaceName", "marketplace_name", 0)], rest: 0 }, // 201 marketplace/add
    Type { fields: &[("installedRoot", "installed_root", 0), ("marketplaceName", "marketplace_name", 0)], rest: 0 }, // 202 marketplace/remove
    Type { fields: &[("errors", "errors", 204), ("upgradedRoots", "upgraded_roots", 0), ("selectedMarketplaces", "selected_marketplaces", 0)], rest: 0 }, // 203 marketplace/upgrade
    Type { fields: &[("marketplaceName", "marketplace_name", 0)], rest: 0 }, // 204 MarketplaceUpgradeErrorInfo
    Type { fields: &[("loginId", "login_id", 0), ("authorizationUrl", "authorization_url", 0)], rest: 0 }, // 205 mcpServer/oauth/login
    Type { fields: &[("contents", "contents", 207), ("originCallId", "origin_call_id", 0)], rest: 0 }, // 206 mcpServer/resource/read
    Type { fields: &[("mimeType", "mime_type", 0)], rest: 0 }, // 207 ResourceContent
    Type { fields: &[("isError", "is_error", 0), ("structuredContent", "structured_content", 0)], rest: 0 }, // 208 mcpServer/tool/call
    Type { fields: &[("data", "data", 210), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 209 mcpServerStatus/list
    Type { fields: &[("tools", "tools", 211), ("pluginId", "plugin_id", 0), ("resources", "resources", 207), ("authStatus", "auth_status", 0), ("httpOrigin", "http_origin", 0), ("serverInfo", "server_info", 213), ("toolsError", "tools_error", 0), ("toolListMeta", "tool_list_meta", 0), ("runtimeStatus", "runtime_status", 0), ("resourceTemplates", "resource_templates", 214), ("serverCapabilities", "server_capabilities", 0)], rest: 0 }, // 210 McpServerStatus
    Type { fields: &[], rest: 212 }, // 211 McpServerStatus.tools
    Type { fields: &[("inputSchema", "input_schema", 0), ("outputSchema", "output_schema", 0)], rest: 0 }, // 212 Tool
    Type { fields: &[("websiteUrl", "website_url", 0)], rest: 0 }, // 213 McpServerInfo
    Type { fields: &[("mimeType", "mime_type", 0), ("uriTemplate", "uri_template", 0)], rest: 0 }, // 214 ResourceTemplate
    Type { fields: &[("v2Ready", "v2_ready", 0), ("v2ConsolidatedThreads", "v2_consolidated_threads", 0)], rest: 0 }, // 215 memory/status
    Type { fields: &[("data", "data", 217), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 216 model/list
    Type { fields: &[("isDefault", "is_default", 0), ("displayName", "display_name", 0), ("upgradeInfo", "upgrade_info", 218), ("serviceTiers", "service_tiers", 0), ("modelSpecialty", "model_specialty", 0), ("availabilityNux", "availability_nux", 0), ("inputModalities", "input_modalities", 0), ("multiAgentVersion", "multi_agent_version", 0), ("defaultServiceTier", "default_service_tier", 0), ("supportsPersonality", "supports_personality", 0), ("additionalSpeedTiers", "additional_speed_tiers", 0), ("defaultReasoningEffort", "default_reasoning_effort", 0), ("availableAccessPrograms", "available_access_programs", 0), ("supportedReasoningEfforts", "supported_reasoning_efforts", 219)], rest: 0 }, // 217 Model
    Type { fields: &[("modelLink", "model_link", 0), ("upgradeCopy", "upgrade_copy", 0), ("retirementAt", "retirement_at", 0), ("migrationMarkdown", "migration_markdown", 0)], rest: 0 }, // 218 ModelUpgradeInfo
    Type { fields: &[("reasoningEffort", "reasoning_effort", 0)], rest: 0 }, // 219 ReasoningEffortOption
    Type { fields: &[("webSearch", "web_search", 0), ("imageGeneration", "image_generation", 0)], rest: 0 }, // 220 modelProvider/capabilities/read
    Type { fields: &[("provider", "provider", 222)], rest: 0 }, // 221 modelProvider/config/write
    Type { fields: &[("baseUrl", "base_url", 0), ("canEdit", "can_edit", 0), ("settings", "settings", 223)], rest: 0 }, // 222 ModelProviderSummary
    Type { fields: &[("auth", "auth", 224), ("type", "type", 1), ("projectId", "project_id", 0), ("credentialFile", "credential_file", 0)], rest: 0 }, // 223 ProviderSettings
    Type { fields: &[("envKey", "env_key", 0)], rest: 0 }, // 224 GatewayAuth
    Type { fields: &[("data", "data", 222), ("canChangeDefault", "can_change_default", 0), ("defaultProviderId", "default_provider_id", 0)], rest: 0 }, // 225 modelProvider/list
    Type { fields: &[("nextCursor", "next_cursor", 0)], rest: 0 }, // 226 permissionProfile/list
    Type { fields: &[("authPolicy", "auth_policy", 0), ("appsNeedingAuth", "apps_needing_auth", 228)], rest: 0 }, // 227 plugin/install
    Type { fields: &[("installUrl", "install_url", 0)], rest: 0 }, // 228 AppSummary
    Type { fields: &[("marketplaces", "marketplaces", 230), ("marketplaceLoadErrors", "marketplace_load_errors", 237)], rest: 0 }, // 229 plugin/installed
    Type { fields: &[("plugins", "plugins", 231), ("interface", "interface", 236)], rest: 0 }, // 230 PluginMarketplaceEntry
    Type { fields: &[("source", "source", 232), ("interface", "interface", 233), ("authPolicy", "auth_policy", 0), ("installedAt", "installed_at", 0), ("localVersion", "local_version", 0), ("shareContext", "share_context", 234), ("installPolicy", "install_policy", 0), ("disabledReason", "disabled_reason", 0), ("remotePluginId", "remote_plugin_id", 0), ("eligiblePlanTypes", "eligible_plan_types", 0), ("installPolicySource", "install_policy_source", 0), ("mustShowInstallationInterstitial", "must_show_installation_interstitial", 0)], rest: 0 }, // 231 PluginSummary
    Type { fields: &[("type", "type", 1), ("refName", "ref_name", 0)], rest: 0 }, // 232 PluginSource
    Type { fields: &[("logoUrl", "logo_url", 0), ("logoDark", "logo_dark", 0), ("brandColor", "brand_color", 0), ("websiteUrl", "website_url", 0), ("displayName", "display_name", 0), ("logoUrlDark", "logo_url_dark", 0), ("composerIcon", "composer_icon", 0), ("defaultPrompt", "default_prompt", 0), ("developerName", "developer_name", 0), ("screenshotUrls", "screenshot_urls", 0), ("composerIconUrl", "composer_icon_url", 0), ("longDescription", "long_description", 0), ("privacyPolicyUrl", "privacy_policy_url", 0), ("shortDescription", "short_description", 0), ("termsOfServiceUrl", "terms_of_service_url", 0)], rest: 0 }, // 233 PluginInterface
    Type { fields: &[("shareUrl", "share_url", 0), ("creatorName", "creator_name", 0), ("remoteVersion", "remote_version", 0), ("remotePluginId", "remote_plugin_id", 0), ("sharePrincipals", "share_principals", 235), ("creatorAccountUserId", "creator_account_user_id", 0), ("canPublishToWorkspace", "can_publish_to_workspace", 0)], rest: 0 }, // 234 PluginShareContext
    Type { fields: &[("principalId", "principal_id", 0), ("principalType", "principal_type", 0)], rest: 0 }, // 235 PluginSharePrincipal
    Type { fields: &[("displayName", "display_name", 0)], rest: 0 }, // 236 MarketplaceInterface
    Type { fields: &[("marketplacePath", "marketplace_path", 0)], rest: 0 }, // 237 MarketplaceLoadErrorInfo
    Type { fields: &[("marketplaces", "marketplaces", 230), ("featuredPluginIds", "featured_plugin_ids", 0), ("marketplaceLoadErrors", "marketplace_load_errors", 237)], rest: 0 }, // 238 plugin/list
    Type { fields: &[("plugin", "plugin", 240)], rest: 0 }, // 239 plugin/read
    Type { fields: &[("apps", "apps", 228), ("hooks", "hooks", 241), ("skills", "skills", 242), ("summary", "summary", 231), ("shareUrl", "share_url", 0), ("mcpServers", "mcp_servers", 0), ("appTemplates", "app_templates", 244), ("scheduledTasks", "scheduled_tasks", 245), ("marketplaceName", "marketplace_name", 0), ("marketplacePath", "marketplace_path", 0), ("onboardingSkill", "onboarding_skill", 242)], rest: 0 }, // 240 PluginDetail
    Type { fields: &[("eventName", "event_name", 0)], rest: 0 }, // 241 PluginHookSummary
    Type { fields: &[("interface", "interface", 243), ("shortDescription", "short_description", 0)], rest: 0 }, // 242 SkillSummary
    Type { fields: &[("iconLarge", "icon_large", 0), ("iconSmall", "icon_small", 0), ("brandColor", "brand_color", 0), ("displayName", "display_name", 0), ("iconLargeUrl", "icon_large_url", 0), ("iconSmallUrl", "icon_small_url", 0), ("defaultPrompt", "default_prompt", 0), ("shortDescription", "short_description", 0)], rest: 0 }, // 243 SkillInterface
    Type { fields: &[("logoUrl", "logo_url", 0), ("templateId", "template_id", 0), ("logoUrlDark", "logo_url_dark", 0), ("materializedAppIds", "materialized_app_ids", 0), ("canonicalConnectorId", "canonical_connector_id", 0)], rest: 0 }, // 244 AppTemplateSummary
    Type { fields: &[("schedule", "schedule", 246)], rest: 0 }, // 245 ScheduledTaskSummary
    Type { fields: &[("type", "type", 1), ("intervalHours", "interval_hours", 0)], rest: 0 }, // 246 ScheduledTaskSchedule
    Type { fields: &[("changedPlugins", "changed_plugins", 248), ("failedRemotePluginIds", "failed_remote_plugin_ids", 0), ("failedMaterializationRemotePluginIds", "failed_materialization_remote_plugin_ids", 0)], rest: 0 }, // 247 plugin/reconcile
    Type { fields: &[("hasApps", "has_apps", 0), ("hasMcps", "has_mcps", 0), ("hasHooks", "has_hooks", 0), ("hasSkills", "has_skills", 0)], rest: 0 }, // 248 PluginReconcileChangedPlugin
    Type { fields: &[("data", "data", 250), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 249 plugin/search
    Type { fields: &[("plugin", "plugin", 231), ("marketplaceName", "marketplace_name", 0), ("marketplacePath", "marketplace_path", 0)], rest: 0 }, // 250 PluginSearchResult
    Type { fields: &[("pluginId", "plugin_id", 0), ("pluginName", "plugin_name", 0), ("pluginPath", "plugin_path", 0), ("remoteVersion", "remote_version", 0), ("remotePluginId", "remote_plugin_id", 0), ("marketplaceName", "marketplace_name", 0), ("marketplacePath", "marketplace_path", 0)], rest: 0 }, // 251 plugin/share/checkout
    Type { fields: &[("data", "data", 253)], rest: 0 }, // 252 plugin/share/list
    Type { fields: &[("plugin", "plugin", 231), ("localPluginPath", "local_plugin_path", 0)], rest: 0 }, // 253 PluginShareListItem
    Type { fields: &[("shareUrl", "share_url", 0), ("remotePluginId", "remote_plugin_id", 0), ("canPublishToWorkspace", "can_publish_to_workspace", 0)], rest: 0 }, // 254 plugin/share/save
    Type { fields: &[("principals", "principals", 235)], rest: 0 }, // 255 plugin/share/updateTargets
    Type { fields: &[("project", "project", 257)], rest: 0 }, // 256 project/create
    Type { fields: &[("createdAt", "created_at", 0), ("recencyAt", "recency_at", 0), ("updatedAt", "updated_at", 0)], rest: 0 }, // 257 Project
    Type { fields: &[("data", "data", 257), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 258 project/list
    Type { fields: &[("data", "data", 260), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 259 remoteControl/client/list
    Type { fields: &[("clientId", "client_id", 0), ("osVersion", "os_version", 0), ("appVersion", "app_version", 0), ("deviceType", "device_type", 0), ("lastSeenAt", "last_seen_at", 0), ("deviceModel", "device_model", 0), ("displayName", "display_name", 0)], rest: 0 }, // 260 RemoteControlClient
    Type { fields: &[("expiresAt", "expires_at", 0), ("pairingCode", "pairing_code", 0), ("environmentId", "environment_id", 0), ("manualPairingCode", "manual_pairing_code", 0)], rest: 0 }, // 261 remoteControl/pairing/start
    Type { fields: &[("turn", "turn", 29), ("reviewThreadId", "review_thread_id", 0)], rest: 0 }, // 262 review/start
    Type { fields: &[("process", "process", 264)], rest: 0 }, // 263 server/diagnostics
    Type { fields: &[("residentMemoryBytes", "resident_memory_bytes", 0), ("physicalFootprintBytes", "physical_footprint_bytes", 0)], rest: 0 }, // 264 ServerDiagnosticsProcess
    Type { fields: &[("effectiveEnabled", "effective_enabled", 0)], rest: 0 }, // 265 skills/config/write
    Type { fields: &[("data", "data", 267)], rest: 0 }, // 266 skills/list
    Type { fields: &[("skills", "skills", 268)], rest: 0 }, // 267 SkillsListEntry
    Type { fields: &[("pluginId", "plugin_id", 0), ("interface", "interface", 243), ("shortDescription", "short_description", 0)], rest: 0 }, // 268 SkillMetadata
    Type { fields: &[("attachment", "attachment", 270)], rest: 0 }, // 269 thread/attachment/add
    Type { fields: &[("createdAt", "created_at", 0), ("identityKey", "identity_key", 0), ("attachmentType", "attachment_type", 0)], rest: 0 }, // 270 ThreadAttachment
    Type { fields: &[("data", "data", 270), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 271 thread/attachment/list
    Type { fields: &[("data", "data", 8), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 272 thread/attachmentOwner/list
    Type { fields: &[("data", "data", 274), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 273 thread/backgroundTerminals/list
    Type { fields: &[("osPid", "os_pid", 0), ("rssKb", "rss_kb", 0), ("itemId", "item_id", 0), ("processId", "process_id", 0), ("cpuPercent", "cpu_percent", 0)], rest: 0 }, // 274 ThreadBackgroundTerminal
    Type { fields: &[("thread", "thread", 34), ("sandbox", "sandbox", 60), ("serviceTier", "service_tier", 0), ("modelProvider", "model_provider", 0), ("approvalPolicy", "approval_policy", 0), ("multiAgentMode", "multi_agent_mode", 0), ("reasoningEffort", "reasoning_effort", 0), ("approvalsReviewer", "approvals_reviewer", 0), ("disabledPluginIds", "disabled_plugin_ids", 0), ("instructionSources", "instruction_sources", 0), ("runtimeWorkspaceRoots", "runtime_workspace_roots", 0), ("activePermissionProfile", "active_permission_profile", 0)], rest: 0 }, // 275 thread/fork
    Type { fields: &[("goal", "goal", 50)], rest: 0 }, // 276 thread/goal/get
    Type { fields: &[("callId", "call_id", 0), ("assessment", "assessment", 91)], rest: 0 }, // 277 thread/guardianReview
    Type { fields: &[("data", "data", 279), ("nextCursor", "next_cursor", 0), ("backwardsCursor", "backwards_cursor", 0)], rest: 0 }, // 278 thread/items/list
    Type { fields: &[("item", "item", 13), ("turnId", "turn_id", 0), ("startedAtMs", "started_at_ms", 0), ("completedAtMs", "completed_at_ms", 0), ("outputDeferred", "output_deferred", 0)], rest: 0 }, // 279 ThreadItemEntry
    Type { fields: &[("data", "data", 279)], rest: 0 }, // 280 thread/items/read
    Type { fields: &[("data", "data", 34), ("nextCursor", "next_cursor", 0), ("readStates", "read_states", 282), ("backwardsCursor", "backwards_cursor", 0)], rest: 0 }, // 281 thread/list
    Type { fields: &[], rest: 64 }, // 282 thread/list.readStates
    Type { fields: &[("queuedSubmission", "queued_submission", 284)], rest: 0 }, // 283 thread/queue/add
    Type { fields: &[("input", "input", 17), ("clientUserMessageId", "client_user_message_id", 0), ("responsesapiClientMetadata", "responsesapi_client_metadata", 0)], rest: 0 }, // 284 QueuedSubmission
    Type { fields: &[("data", "data", 284), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 285 thread/queue/list
    Type { fields: &[("turn", "turn", 29)], rest: 0 }, // 286 thread/queue/start
    Type { fields: &[("thread", "thread", 34), ("readState", "read_state", 64)], rest: 0 }, // 287 thread/read
    Type { fields: &[("readState", "read_state", 64)], rest: 0 }, // 288 thread/readState/update
    Type { fields: &[("voices", "voices", 290)], rest: 0 }, // 289 thread/realtime/listVoices
    Type { fields: &[("defaultV1", "default_v1", 0), ("defaultV2", "default_v2", 0)], rest: 0 }, // 290 RealtimeVoicesList
    Type { fields: &[("thread", "thread", 34), ("sandbox", "sandbox", 60), ("serviceTier", "service_tier", 0), ("modelProvider", "model_provider", 0), ("approvalPolicy", "approval_policy", 0), ("multiAgentMode", "multi_agent_mode", 0), ("reasoningEffort", "reasoning_effort", 0), ("initialTurnsPage", "initial_turns_page", 292), ("approvalsReviewer", "approvals_reviewer", 0), ("collaborationMode", "collaboration_mode", 0), ("disabledPluginIds", "disabled_plugin_ids", 0), ("instructionSources", "instruction_sources", 0), ("itemsBackwardsCursor", "items_backwards_cursor", 0), ("turnsBackwardsCursor", "turns_backwards_cursor", 0), ("runtimeWorkspaceRoots", "runtime_workspace_roots", 0), ("activePermissionProfile", "active_permission_profile", 0)], rest: 0 }, // 291 thread/resume
    Type { fields: &[("data", "data", 29), ("nextCursor", "next_cursor", 0), ("backwardsCursor", "backwards_cursor", 0)], rest: 0 }, // 292 TurnsPage
    Type { fields: &[("thread", "thread", 34), ("itemsBackwardsCursor", "items_backwards_cursor", 0), ("turnsBackwardsCursor", "turns_backwards_cursor", 0)], rest: 0 }, // 293 thread/revert
    Type { fields: &[("responseId", "response_id", 0), ("inputTokens", "input_tokens", 0), ("outputTokens", "output_tokens", 0), ("sourceTurnId", "source_turn_id", 0), ("cachedInputTokens", "cached_input_tokens", 0)], rest: 0 }, // 294 thread/sample
    Type { fields: &[("data", "data", 33), ("nextCursor", "next_cursor", 0), ("backwardsCursor", "backwards_cursor", 0)], rest: 0 }, // 295 thread/search
    Type { fields: &[("data", "data", 297), ("nextCursor", "next_cursor", 0)], rest: 0 }, // 296 thread/searchOccurrences
    Type { fields: &[("itemId", "item_id", 0), ("turnId", "turn_id", 0), ("turnCursor", "turn_cursor", 0), ("snippetMatchRange", "snippet_match_range", 0)], rest: 0 }, // 297 ThreadSearchOccurrence
    Type { fields: &[("data", "data", 299), ("nextCursor", "next_cursor", 0), ("activeRealtimeSessionAtPageStart", "active_realtime_session_at_page_start", 0)], rest: 0 }, // 298 thread/timeline/list
    Type { fields: &[("item", "item", 300), ("type", "type", 1), ("error", "error", 3), ("turnId", "turn_id", 0)], rest: 0 }, // 299 ThreadTimelineEntry
    Type { fields: &[("type", "type", 1), ("action", "action", 14), ("fileId", "file_id", 0), ("output", "output", 14), ("result", "result", 15), ("changes", "changes", 16), ("content", "content", 17), ("failure", "failure", 19), ("clientId", "client_id", 0), ("exitCode", "exit_code", 0), ("mcpAppUi", "mcp_app_ui", 20), ("pluginId", "plugin_id", 0), ("agentPath", "agent_path", 0), ("fragments", "fragments", 21), ("processId", "process_id", 0), ("savedPath", "saved_path", 0), ("appContext", "app_context", 22), ("durationMs", "duration_ms", 0), ("moderation", "moderation", 23), ("scriptPath", "script_path", 0), ("inputImages", "input_images", 0), ("startedAtMs", "started_at_ms", 0), ("agentsStates", "agents_states", 0), ("contentItems", "content_items", 25), ("generationId", "generation_id", 0), ("presentation", "presentation", 14), ("readOnlyHint", "read_only_hint", 0), ("agentThreadId", "agent_thread_id", 0), ("completedAtMs", "completed_at_ms", 0), ("revisedPrompt", "revised_prompt", 0), ("commandActions", "command_actions", 14), ("memoryCitation", "memory_citation", 26), ("senderThreadId", "sender_thread_id", 0), ("reasoningEffort", "reasoning_effort", 0), ("aggregatedOutput", "aggregated_output", 0), ("mcpAppResourceUri", "mcp_app_resource_uri", 0), ("realtimeSessionId", "realtime_session_id", 0), ("receiverThreadIds", "receiver_thread_ids", 0), ("transparentBackground", "transparent_background", 0)], rest: 0 }, // 300 ThreadItem
    Type { fields: &[("turnId", "turn_id", 0)], rest: 0 }, // 301 turn/steer
    Type { fields: &[("publicKey", "public_key", 0), ("credentialId", "credential_id", 0)], rest: 0 }, // 302 userVerification/enroll
    Type { fields: &[("credentialId", "credential_id", 0), ("unavailableReason", "unavailable_reason", 0), ("unavailableMessage", "unavailable_message", 0)], rest: 0 }, // 303 userVerification/status
    Type { fields: &[("proof", "proof", 305)], rest: 0 }, // 304 userVerification/verify
    Type { fields: &[("credentialId", "credential_id", 0)], rest: 0 }, // 305 UserVerificationProof
];

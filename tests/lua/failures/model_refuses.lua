-- The model refuses or fails: what a script can read of it. Nothing is tried again here.
--@ replies: faults
--@ outcome: the model refuses or fails: an HTTP status, a limit, a full context
local check, turns = require "check", require "turns"

local function fails(fault, type, status, message)
  local seen = turns.fault(fault)
  local err = seen.err
  check.equal(err.kind, os.getenv "OUTCOME")
  check.equal(err.codex_error, { type = type, http_status_code = status })
  check.has(err.message, message)
  check.equal({ err.thread_id, err.turn_id, err.text }, { seen.thread.id, seen.turn.id, nil })
  check.equal(turns.types(err.items), "user_message")
  check.equal(seen.turn.status, "failed")
  check.equal({ #seen.events.error, seen.events.error[1].will_retry }, { 1, false })
  check.equal(seen.events["turn.completed"][1].turn.status, "failed")
end

fails("400", "other", nil, "attempt 1")
fails("401", "http_connection_failed", 401, "401 Unauthorized: attempt 1")
fails("403", "http_connection_failed", 403, "403")
fails("404", "http_connection_failed", 404, "404")
fails("408", "http_connection_failed", 408, "408")
fails("413", "http_connection_failed", 413, "413")
fails("429", "response_too_many_failed_attempts", 429, "429 Too Many Requests")
fails("500", "internal_server_error", nil, "high demand")
fails("502", "http_connection_failed", 502, "502")
fails("503", "http_connection_failed", 503, "503")
fails("529", "http_connection_failed", 529, "529")
fails("usage_limit", "usage_limit_exceeded", nil, "usage limit")
fails("no_credit", "usage_limit_exceeded", nil, "Quota exceeded")
fails("context", "context_window_exceeded", nil, "context window")
fails("rate", "rate_limit_exceeded", nil, "try again in 1ms")
fails("capacity", "server_overloaded", nil, "at capacity")
fails("safety", "cyber_policy", nil, "cyber_policy")
fails("no_prompt", "other", nil, "invalid_prompt")
fails("server_error", "other", nil, "server_error")
fails("brand_new", "other", nil, "of_a_later_model")

-- As often as it is configured to, Codex tries again before a turn fails; the stream tells each time that it does.
--@ replies: faults
--@ options: -c model_providers.scripted.request_max_retries=1 -c model_providers.scripted.stream_max_retries=1
--@ outcome: the model refuses or fails: an HTTP status, a limit, a full context
local check, turns, task = require "check", require "turns", require "std.task"

local function fails(fault, type, status, requests, retries)
  task.spawn(function()
    local err, errors = (function()
      local seen = turns.fault(fault)
      return seen.err, seen.events.error
    end)()
    check.equal({ err.kind, err.codex_error.type }, { os.getenv "OUTCOME", type })
    check.equal(err.codex_error.http_status_code, status)
    if requests then
      check.has(err.message, "attempt " .. requests)
    end
    check.equal(#errors, retries + 1)
    for try, event in ipairs(errors) do
      check.equal(event.will_retry, try <= retries)
    end
    if retries == 1 then
      check.has(errors[1].error.message, "Reconnecting... 1/1")
    end
  end)
end

-- A request that got no answer to read is sent twice, and all of that is done once more.
fails("503", "http_connection_failed", 503, 4, 1)
fails("401", "http_connection_failed", 401, 2, 1)
fails("500", "internal_server_error", nil, nil, 1)
fails("retry_after", "http_connection_failed", 503, nil, 1)
fails("server_error", "other", nil, nil, 1)
fails("rate", "rate_limit_exceeded", nil, nil, 1)
-- What no repetition changes is not tried again.
fails("400", "other", nil, 1, 0)
fails("429", "response_too_many_failed_attempts", 429, nil, 0)
fails("usage_limit", "usage_limit_exceeded", nil, nil, 0)
fails("context", "context_window_exceeded", nil, nil, 0)

-- Codex too waits no longer than it is configured to, and its attempts to reconnect are no sign of life.
--@ replies: faults
--@ options: -c model_providers.scripted.stream_idle_timeout_ms=200
--@ options: -c model_providers.scripted.stream_max_retries=3
local check, turns, task = require "check", require "turns", require "std.task"

task.spawn(function()
  local seen = turns.fault("silent", { idle_timeout = "10m" })
  check.equal({ seen.err.kind, seen.err.codex_error.type }, { "turn_failed", "other" })
  check.has(seen.err.message, "idle timeout waiting for SSE")
  check.equal(#seen.events.error, 4)
end)
task.spawn(function()
  local seen = turns.fault("silent", { idle_timeout = "1500ms" })
  check.equal(seen.err.kind, "timeout")
  check.equal(seen.events.error[1].will_retry, true)
end)

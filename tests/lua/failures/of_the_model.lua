-- How the model fails, and what a script can read of it; the next turn works.
--@ replies: obedient
local check = require "check"

local thread = codex.thread_start()
local function fails(input, type_, status)
  local err = check.raises("turn_failed", nil, thread.run, thread, input)
  check.equal(err.codex_error, { type = type_, http_status_code = status })
  check.equal(err.thread_id, thread.id)
  check.equal(err.items[1].type, "user_message")
  assert(#err.turn_id > 0 and #err.message > 0)
  check.equal(thread:run("echo fine").text, "fine")
  return err
end
check.has(fails("error 400", "other").message, "HTTP status 400")
check.has(fails("error 401", "http_connection_failed", 401).message, "401")
fails("error 404", "http_connection_failed", 404)
fails("error 503", "http_connection_failed", 503)
fails("error 429", "response_too_many_failed_attempts", 429)
fails("error 500", "internal_server_error")
check.has(fails("failed invalid_prompt", "other").message, "invalid_prompt")
check.has(fails("drop", "other").message, "stream disconnected")

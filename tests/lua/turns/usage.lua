-- `usage` is the turn's, over all that was asked of the model in it; `thread_usage` is the thread's.
local check = require "check"

local thread = codex.thread_start()
local first, second = thread:run("a"), thread:run("b")
local function counts(usage)
  return {
    usage.input_tokens,
    usage.cached_input_tokens,
    usage.output_tokens,
    usage.reasoning_output_tokens,
    usage.total_tokens,
  }
end
check.equal(counts(first.usage), { 30, 5, 3, 1, 33 })
check.equal(counts(first.thread_usage), { 30, 5, 3, 1, 33 })
check.equal(counts(second.usage), { 100, 0, 7, 0, 107 })
check.equal(counts(second.thread_usage), { 130, 5, 10, 1, 140 })

-- What the agent asks the user, answered by a function; without one, or by a wrong answer, declined.
--@ replies: obedient
--@ stderr: declined: the agent asked a question, which nobody is here to answer
--@ stderr: on_question answered "size", which was not asked; the ids are colour, owner
--@ stderr: on_question: the answer to "colour" must be a string or a list of strings, got 7
--@ stderr: on_question returned nil
--@ stderr: on_question raised
local check = require "check"

local config = { ["features.default_mode_request_user_input"] = true }
local function ask(on_question)
  local thread <close> =
    codex.thread_start { sandbox = "read-only", config = config, on_question = on_question }
  local result = thread:run "question"
  return result.text, result.status
end

local seen
local text = ask(function(request)
  seen = request
  return { colour = "red", owner = { "mine", "ours" } }
end)
-- The server's own table, in no order.
local answers = require("std.json").decode(text).answers
check.equal({ answers.colour.answers, answers.owner.answers }, { { "red" }, { "mine", "ours" } })
check.equal(#seen.questions, 2)
local question = seen.questions[1]
check.equal(
  { question.id, question.question, question.options[2].label },
  { "colour", "Which colour?", "blue" }
)
assert(question.is_secret == false and question.is_other == true and seen.thread_id and seen.turn_id)

for _, handler in ipairs {
  function()
    return "decline"
  end,
  function()
    return { size = "large" }
  end,
  function()
    return { colour = 7 }
  end,
  function() end,
  function()
    error "planted"
  end,
} do
  check.equal(ask(handler), '{"answers":{}}')
end
check.equal(ask(nil), '{"answers":{}}')
local _, status = ask(function()
  return "cancel"
end)
check.equal(status, "interrupted")

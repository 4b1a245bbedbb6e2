-- A chain: each turn builds on the answer before it. A draft, a critique of it, a better text.
--
--   codex-lua run scripts/chain.lua "a README section on how to contribute"
--   codex-lua run --offline scripts/chain.lua

local topic = arg[1] or "a short note on why tests should be deterministic"

-- Each step makes the prompt from the last answer. They run on threads of their own, so that the critic sees
-- the text alone and not the conversation that led to it.
local steps = {
  {
    name = "draft",
    prompt = function()
      return "Write " .. topic .. ". Answer with the text only."
    end,
  },
  {
    name = "critique",
    prompt = function(draft)
      return "You are a strict editor. List at most three weaknesses of this text:\n\n" .. draft
    end,
  },
  {
    name = "final",
    prompt = function(critique, draft)
      return ("Improve the text by the critique. Answer with the text only.\n\nText:\n%s\n\nCritique:\n%s"):format(
        draft,
        critique
      )
    end,
  },
}

local answers = {}
for n, step in ipairs(steps) do
  local result = codex.run(step.prompt(answers[n - 1], answers[n - 2]), {
    sandbox = "read-only",
    ephemeral = true,
    timeout = "10m",
  })
  answers[n] = assert(result.text, "the agent gave no answer")
  print(("%d. %s (%.1f s)\n%s\n"):format(n, step.name, result.duration, answers[n]))
end

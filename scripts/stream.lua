-- Watches the agent work: its answer as it is written, and a line for each command, change and thought.
--
--   codex-lua run scripts/stream.lua "What does this project do?"
--   codex-lua run --offline scripts/stream.lua

local question = arg[1] or "What does this project do? Look at the README first."

-- What to print when an item ends, by its type. The answer itself is printed as it comes.
local show = {
  reasoning = function(item)
    for _, thought in ipairs(item.summary) do
      print("  thinking: " .. thought)
    end
  end,
  command_execution = function(item)
    print(("  $ %s  -> exit %s"):format(item.command, item.exit_code))
  end,
  file_change = function(item)
    for _, change in ipairs(item.changes) do
      print(("  %s %s"):format(change.kind.type, change.path))
    end
  end,
}

print("> " .. question)
local turn = codex.stream(question, { sandbox = "read-only", ephemeral = true })
for event in turn do
  if event.text then
    io.write(event.text)
  elseif event.type == "item.completed" then
    local item = event.item
    if item.type == "agent_message" then
      print()
    elseif show[item.type] then
      show[item.type](item)
    end
  end
end

local usage = turn:result().usage
print(("%d tokens in, %d out"):format(usage.input_tokens, usage.output_tokens))

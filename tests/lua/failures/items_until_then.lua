-- A failed turn's error holds what it did until then, and fails the script with 3.
--@ exit: 3
--@ stderr: [turn_failed]
--@ stdout: command_execution
local err = select(2, pcall(codex.run, "hi", { sandbox = "full-access" }))
for _, item in ipairs(err.items) do
  print(item.type)
end
error(err)

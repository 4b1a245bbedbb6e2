-- os.exit in a tool ends the script.
--@ replies: obedient
--@ exit: 7
--@ stderr: codex-lua
local tool = codex.tool {
  name = "leave",
  description = "Leaves.",
  run = function()
    os.exit(7)
  end,
}
codex.run("tool: leave {}", { tools = { tool } })

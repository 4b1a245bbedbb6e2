-- Nobody catches it: the script fails, the host does not.
--@ options: --memory 64M
--@ exit: 1
--@ stderr: not enough memory
local closer <close> = setmetatable({}, {
  __close = function()
    io.write "closed\n"
  end,
})
local text = "x"
while true do
  text = text .. text
end

-- Names are snake_case throughout, values stay as they are on the wire, null is left out.
--@ replies: obedient
local check = require "check"

local camel = {}
local function look(value, path)
  for key, inner in pairs(value) do
    local here = path .. "." .. tostring(key)
    if type(key) == "string" and key:find("%u") then
      camel[#camel + 1] = here
    end
    if type(inner) == "table" then
      look(inner, here)
    end
    assert(type(inner) ~= "userdata", here .. " is null")
  end
end

local thread = codex.thread_start { sandbox = "workspace-write" }
local inputs =
  { "$ echo camelCase", "patch: *** Begin Patch\n*** Add File: camelCase.txt\n+x\n*** End Patch\n" }
for _, input in ipairs(inputs) do
  for event in thread:stream(input) do
    assert(not event.type:find("[/%u]"), event.type)
    look(event, event.type)
  end
end
check.equal(camel, {})

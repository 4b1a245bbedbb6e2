-- What entries at a prompt share: their `_ENV`, in which the locals of each stay for the next.
local globals = ...
local getmetatable, rawset, setmetatable, type = getmetatable, rawset, setmetatable, type
local error, pcall, select = error, pcall, select

-- Names that were declared `local`: "local", or "close" until the value that is to be closed has come.
local declared, closing = {}, {}
local env = {}

setmetatable(env, {
  __index = globals,
  __newindex = function(_, name, value)
    local how = declared[name]
    if not how then
      globals[name] = value
      return
    end
    if how == "close" and value ~= nil and value ~= false then
      local meta = getmetatable(value)
      if type(meta) ~= "table" or not meta.__close then
        error("variable '" .. name .. "' got a non-closable value", 2)
      end
      closing[#closing + 1] = value
    end
    declared[name] = "local"
    rawset(env, name, value)
  end,
})

local entry = { env = env }

function entry.declare(name, how)
  declared[name] = how
  if how == "close" then
    rawset(env, name, nil)
  end
end

-- The values of an entry; the first is `_` from now on.
function entry.keep(...)
  if select("#", ...) > 0 then
    declared._ = "local"
    rawset(env, "_", (...))
  end
end

-- A variable that a script has left.
function entry.set(name, value)
  declared[name] = "local"
  rawset(env, name, value)
end

-- Ends what was declared `<close>`, the last first.
function entry.close()
  for n = #closing, 1, -1 do
    local value = closing[n]
    closing[n] = nil
    pcall(getmetatable(value).__close, value)
  end
end

return entry

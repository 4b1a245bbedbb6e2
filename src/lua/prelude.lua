-- What has to be Lua itself: only its frames may be yielded across, and only here can an error be raised as a
-- table with the script's lines. It gets the host's functions and returns what the host installs.
local native = ...
local error, pcall, rawget, select, setmetatable, type, xpcall =
  error, pcall, rawget, select, setmetatable, type, xpcall
local enter = native.enter
local stock_load, loaded, preload = load, package.loaded, package.preload

local prelude = {}

-- Host functions answer (true, ...) or (false, error table), or (false, error, what `caught` made of it in another task).
local function check(ok, ...)
  if ok then
    return ...
  end
  error(native.located(...), 0)
end

function prelude.raising(raw)
  return function(...)
    return check(raw(...))
  end
end

-- A value that is there already costs no await.
function prelude.iterator(try, await)
  return function(handle)
    local value = try(handle)
    if value then
      return value
    end
    return check(await(handle))
  end
end

function prelude.callable(call)
  return setmetatable({}, {
    __call = function(_, ...)
      return call(...)
    end,
  })
end

function prelude.index(methods, getters)
  return function(handle, key)
    local method = methods[key]
    if method ~= nil then
      return method
    end
    local getter = getters[key]
    if getter ~= nil then
      return getter(handle)
    end
  end
end

-- What a handle has, for whoever completes names: name and value, fields that are nil too.
function prelude.pairs(names)
  return function(handle)
    local n = 0
    return function()
      n = n + 1
      local name = names[n]
      if name ~= nil then
        return name, handle[name]
      end
    end
  end
end

-- What carries a panic of the host must not be looked at by a handler: it would panic again there.
local function caught(raised)
  local _, value = pcall(native.caught, raised)
  return value
end

-- The body of a task: an error comes back as a value, with its traceback.
function prelude.body(f, ...)
  enter()
  return xpcall(f, caught, ...)
end

-- Calls something until it returns nil, and hands over what it returns.
local function handed(hand_over, first, ...)
  if first == nil then
    return false
  end
  hand_over(first, ...)
  return true
end

function prelude.calling(source, hand_over)
  while handed(hand_over, source()) do
  end
end

-- As a block does that is left.
function prelude.close(handle)
  local _ <close> = handle
end

function prelude.load(chunk, name, mode, ...)
  if type(chunk) == "string" and name == nil then
    name = chunk
  end
  return stock_load(chunk, name, "t", ...)
end

function prelude.loadfile(path, mode, ...)
  local ok, source, name = native.read(path)
  if not ok then
    return nil, source.message
  end
  return stock_load(source, name, "t", ...)
end

function prelude.dofile(path)
  local source, name = check(native.read(path))
  local chunk, message = stock_load(source, name, "t")
  if not chunk then
    error(message, 0)
  end
  return chunk()
end

function prelude.require(name)
  local value = loaded[name]
  if value ~= nil then
    return value
  end
  -- Another task may be loading it: then this waits, and finds it loaded, or loads it after a failure.
  local loading <close> = check(native.loading(name))
  value = loaded[name]
  if value ~= nil then
    return value
  end
  local chunk, where = rawget(preload, name), ":preload:"
  if not chunk then
    local source, chunk_name, path = check(native.find(name))
    local message
    chunk, message = stock_load(source, chunk_name, "t")
    if not chunk then
      error(message, 0)
    end
    where = path
  end
  value = chunk(name, where)
  if value ~= nil then
    loaded[name] = value
  elseif loaded[name] == nil then
    loaded[name] = true
  end
  return loaded[name], where
end

return prelude

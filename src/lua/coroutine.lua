-- A script's own coroutines may await: what a host function yields while it waits goes up through resume and wrap
-- to the task, and what the task answers goes down again: nothing, or a signal that the task is cancelled.
local pending, raw_resume, close, unwind = ...
local create, status, yield = coroutine.create, coroutine.status, coroutine.yield
local error = error

local resumed

-- First the coroutine lets go of what it awaits, then it closes; the one that resumed it never goes on.
local function cancel(co, signal)
  raw_resume(co, signal)
  if status(co) == "suspended" then
    unwind(co)
  end
  while true do
    yield()
  end
end

local function await(co)
  local signal = yield(pending)
  if signal ~= nil then
    return cancel(co, signal)
  end
  return resumed(co, raw_resume(co))
end

function resumed(co, ok, value, ...)
  if ok and value == pending then
    return await(co)
  end
  return ok, value, ...
end

coroutine.close = close

function coroutine.resume(co, ...)
  return resumed(co, raw_resume(co, ...))
end

local function unwrapped(co, ok, ...)
  if ok then
    return ...
  end
  local value = ...
  if status(co) == "dead" then
    local closed, late = close(co)
    if not closed then
      value = late
    end
  end
  error(value, 0)
end

function coroutine.wrap(f)
  local co = create(f)
  return function(...)
    return unwrapped(co, resumed(co, raw_resume(co, ...)))
  end
end

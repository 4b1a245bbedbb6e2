-- What tests in Lua share.
local check = {}

-- `f` must raise an error table of this kind, whose message has this text; returns the table.
function check.raises(kind, text, f, ...)
  local ok, err = pcall(f, ...)
  if ok then
    error(("expected an error of kind %s, and none was raised"):format(kind), 2)
  end
  if type(err) ~= "table" then
    error(("expected an error table of kind %s, got %s: %s"):format(kind, type(err), tostring(err)), 2)
  end
  if err.kind ~= kind or (text and not err.message:find(text, 1, true)) then
    error(("expected %s: %s, got %s: %s"):format(kind, text or "…", err.kind, err.message), 2)
  end
  return err
end

local function show(value)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value) or tostring(value)
  end
  local parts = {}
  for k, v in pairs(value) do
    parts[#parts + 1] = ("[%s] = %s"):format(show(k), show(v))
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ", ") .. "}"
end

-- Both are the same, tables by their content.
function check.equal(got, want)
  local shown, wanted = show(got), show(want)
  if shown ~= wanted then
    error(("got %s\nwant %s"):format(shown, wanted), 2)
  end
end

-- `text` contains `part`.
function check.has(text, part)
  if type(text) ~= "string" or not text:find(part, 1, true) then
    error(("%q is not in %s"):format(part, show(text)), 2)
  end
end

function check.lacks(text, part)
  if type(text) ~= "string" or text:find(part, 1, true) then
    error(("%q is in %s"):format(part, show(text)), 2)
  end
end

-- Items of a result or of a thread that have this type.
function check.items(items, kind)
  local found = {}
  for _, item in ipairs(items) do
    if item.type == kind then
      found[#found + 1] = item
    end
  end
  return found
end

-- Whether a file is there.
function check.exists(path)
  local file = io.open(path)
  return file ~= nil and file:close()
end

-- The text of a file.
function check.read(path)
  local file <close> = assert(io.open(path))
  return file:read("a")
end

-- Awaits until `f` is true, at most ten seconds.
function check.eventually(what, f)
  local task, time = require("std.task"), require("std.time")
  local until_ = time.monotonic() + 10
  while not f() do
    assert(time.monotonic() < until_, "waited too long until " .. what)
    task.sleep("5ms")
  end
end

-- Whether a process of this number runs (Linux: one that is dead and not collected does not run).
function check.runs(pid)
  local file = io.open(("/proc/%d/stat"):format(pid))
  if not file then
    return false
  end
  local stat <close> = file
  return not (stat:read("a") or "Z"):find("%) Z ")
end

return check

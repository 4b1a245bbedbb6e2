-- Files and folders, for tests of watching.
local files = {}

function files.write(path, text)
  local folder = path:match "(.*)/"
  if folder then
    os.execute(("mkdir -p '%s'"):format(folder))
  end
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
end

-- What a batch says, as `kind path` or `renamed from path`.
function files.show(batch)
  local shown = {}
  for _, change in ipairs(batch and batch.changes or {}) do
    shown[#shown + 1] = change.kind .. " " .. (change.from and change.from .. " " or "") .. change.path
  end
  return shown
end

return files

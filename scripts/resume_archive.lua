-- Keeps one conversation over many runs: the thread's id is in a file. Each run adds a turn; with --archive the
-- thread is archived and the next run begins a new one.
--
--   codex-lua run scripts/resume_archive.lua notes.thread "Remember: the release is on Friday."
--   codex-lua run scripts/resume_archive.lua notes.thread "When is the release?"
--   codex-lua run scripts/resume_archive.lua notes.thread --archive

local path, message = arg[1], arg[2]
if not path or not message then
  io.stderr:write("usage: resume_archive.lua FILE MESSAGE | FILE --archive\n")
  return os.exit(2)
end

local function saved_id()
  local file <close> = io.open(path)
  return file and file:read "l"
end

local function save(id)
  local file <close> = assert(io.open(path, "w"))
  file:write(id, "\n")
end

-- Resumes the saved thread; one that is gone or was archived elsewhere is no reason to fail.
local function open()
  local ok, thread, resumed = pcall(codex.resume_or_start, saved_id(), { sandbox = "read-only" })
  if ok then
    return thread, resumed
  end
  local problem = thread --[[@as codex.Error]]
  if problem.kind == "thread_not_found" or problem.kind == "thread_archived" then
    print("(" .. problem.message .. ")")
    return codex.thread_start { sandbox = "read-only" }, false
  end
  error(problem, 0)
end

if message == "--archive" then
  local id = assert(saved_id(), "nothing to archive: " .. path .. " names no thread")
  codex.archive(id)
  os.remove(path)
  print("archived " .. id)
else
  local thread, resumed = open()
  print((resumed and "resumed " or "started ") .. thread.id)
  print(thread:run(message).text)
  save(thread.id) -- a thread is saved with its first turn, so its id is worth keeping from here on
end

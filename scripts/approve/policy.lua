-- What an agent may do unasked, for `on_approval`: see approve.lua. An accepted command runs outside of the sandbox, so
-- only those are accepted that read, whose every word is understood, and whose every path is below the root. All else
-- is declined, with a reason. (The agent may still swap a file for a link between this look and the command's.)
--
-- git is not among them: it runs what a `.git/config` says, and the agent may have written one somewhere below.

local fs, path = require "std.fs", require "std.path"

local policy = {}

-- Option letters without a value, those with a number, and whether a first operand is a text instead of a path.
local READERS = {
  cat = { letters = "nbsAETv" },
  echo = { letters = "n", texts = math.huge },
  grep = { letters = "nivwxclFEoshHqr", numbers = "mABC", texts = 1 },
  head = { numbers = "nc" },
  ls = { letters = "laAhtrS1dFR" },
  pwd = {},
  rg = { letters = "nivwxclFSos", numbers = "mABC", texts = 1 },
  sed = { texts = 1 },
  stat = {},
  tail = { numbers = "nc" },
  wc = { letters = "lwcm" },
}
-- What of `find` only looks, with the number of words that follow.
local FIND = { ["-name"] = 1, ["-iname"] = 1, ["-type"] = 1, ["-size"] = 1, ["-print"] = 0 }
FIND["-maxdepth"], FIND["-mindepth"] = 1, 1

local SHELLS = { bash = true, sh = true, zsh = true, dash = true }
-- Characters that mean something to a shell outside of quotes, and between double ones.
local MEANINGS = {
  { "[|&;]", "an operator" },
  { "[<>]", "a redirection" },
  { "[$`]", "a substitution" },
  { "[()]", "a subshell" },
  { "[*?%[%]{}]", "a pattern" },
  { "[~^#!\\]", "an escape or an expansion" },
}

-- A line as words, as every shell would understand it; or nil and why it may mean more than words.
function policy.words(line)
  if line:find "[%c\x7f-\xff]" then
    return nil, "it has a character that is no printable ASCII"
  end
  local words, word, at = {}, nil, 1
  while at <= #line do
    local char = line:sub(at, at)
    if char == " " then
      words[#words + 1], word = word, nil
    elseif char == "'" or char == '"' then
      local last = line:find(char, at + 1, true)
      if not last then
        return nil, "a quote is not closed"
      end
      local inside = line:sub(at + 1, last - 1)
      if char == '"' and inside:find "[$`\\!]" then
        return nil, "it has a substitution or an escape in quotes"
      end
      word, at = (word or "") .. inside, last
    else
      for _, meaning in ipairs(MEANINGS) do
        if char:find(meaning[1]) then
          return nil, "it has " .. meaning[2]
        end
      end
      if char == "=" and (not word or #words == 0) then
        return nil, "it sets a variable"
      end
      word = (word or "") .. char
    end
    at = at + 1
  end
  words[#words + 1] = word
  return words
end

-- The words of a command, without the shell that Codex has run it.
function policy.argv(command)
  local words, why = policy.words(command)
  if not words then
    return nil, why
  end
  local shell = words[1] and (words[1]:match "^/bin/(%a+)$" or words[1]:match "^/usr/bin/(%a+)$" or words[1])
  if SHELLS[shell] then
    if #words ~= 3 or (words[2] ~= "-c" and words[2] ~= "-lc") then
      return nil, "it is a shell with more than a command"
    end
    return policy.words(words[3])
  end
  return words
end

-- Whether a path, seen from `cwd`, is below the root (or the root), with no link on the way; else why not.
function policy.inside(root, cwd, name)
  if ("/" .. name .. "/"):find "/%.%./" then
    return false, name .. " goes upwards"
  end
  local whole = path.absolute(name, cwd)
  if whole ~= root and whole:sub(1, #root + 1) ~= root .. "/" then
    return false, name .. " is not below " .. root
  end
  local at = root
  for part in whole:sub(#root + 1):gmatch "[^/]+" do
    at = at .. "/" .. part
    local stat = fs.stat(at, { follow = false })
    if stat and stat.kind ~= "file" and stat.kind ~= "directory" then
      return false, at .. " is a link, or no file at all"
    end
  end
  return true
end

-- The operands of `find`, which are paths, up to what it looks for.
local function operands_of_find(argv)
  local operands, at = {}, 2
  while argv[at] and argv[at]:sub(1, 1) ~= "-" do
    operands[#operands + 1], at = argv[at], at + 1
  end
  while argv[at] do
    local follow = FIND[argv[at]]
    if not follow then
      return nil, "find with " .. argv[at]
    end
    at = at + 1 + follow
  end
  return operands
end

-- Whether all letters of a word are options, and how many words follow that belong to it.
local function option(reader, word, following)
  if reader.numbers and word:find "^%-%d+$" then
    return 0
  end
  local letters = word:match "^%-(%a[%a%d]*)$" or ""
  if #letters == 1 and (reader.numbers or ""):find(letters, 1, true) then
    return (following or ""):find "^%d+$" and 1
  end
  local unknown = letters:gsub(".", function(letter)
    return (reader.letters or ""):find(letter, 1, true) and ""
  end)
  return letters ~= "" and unknown == "" and 0
end

-- What a reader is given beside its options, which GNU tools take anywhere before a `--`.
local function operands_of(argv, reader)
  local operands, at, ended = {}, 2, false
  if argv[1] == "sed" then
    if argv[2] ~= "-n" or not (argv[3] or ""):find "^%d+,?%d*p$" then
      return nil, "sed that does more than print lines"
    end
    at = 3
  end
  while argv[at] do
    local word = argv[at]
    if not ended and word == "--" then
      ended = true
    elseif not ended and word:sub(1, 1) == "-" then
      local follow = option(reader, word, argv[at + 1])
      if not follow then
        return nil, argv[1] .. " with " .. word
      end
      at = at + follow
    else
      operands[#operands + 1] = word
    end
    at = at + 1
  end
  return operands
end

-- Whether a command may run; else why not.
function policy.command(root, cwd, command)
  local argv, why = policy.argv(command)
  if not argv then
    return false, why
  end
  local name = argv[1]
  local reader = READERS[name]
  if not reader and name ~= "find" then
    return false, ('"%s" is not on the list'):format(name or "")
  end
  local operands
  if reader then
    operands, why = operands_of(argv, reader)
  else
    operands, why = operands_of_find(argv)
  end
  if not operands then
    return false, why
  end
  local fine
  fine, why = policy.inside(root, cwd, ".")
  for number = 1 + (reader and reader.texts or 0), #operands do
    if fine then
      fine, why = policy.inside(root, cwd, operands[number])
    end
  end
  return fine, why
end

-- Whether files may be changed; else why not.
function policy.changes(root, changes)
  for _, change in ipairs(changes) do
    for _, name in ipairs { change.path, change.kind.move_path } do
      local fine, why = policy.inside(root, root, name)
      if not fine then
        return false, why
      elseif path.absolute(name, root):sub(#root + 1):find "/%." then
        return false, name .. " is hidden: programs find their settings there"
      end
    end
  end
  return #changes > 0, "it changes nothing that is told"
end

-- A handler for `on_approval` of threads that work in `root`.
function policy.handler(root)
  return function(request)
    local fine, why = false, "only commands and changes of files are accepted"
    if request.additional_permissions or request.grant_root then
      why = "it wants more than to be run once"
    elseif request.kind == "command" and request.command then
      fine, why = policy.command(root, request.cwd or root, request.command)
    elseif request.kind == "file_change" and request.changes then
      fine, why = policy.changes(root, request.changes)
    end
    return fine and "accept" or { decline = why }
  end
end

return policy

-- Walking by the watcher's rules, and patterns by a shell's.
local check = require "check"
local fs = require "std.fs"

for _, path in ipairs {
  "a.lua",
  "b.log",
  "src/x.lua",
  "src/deep/y.lua",
  "out/z.lua",
  ".hidden/h.lua",
  ".git/HEAD",
} do
  fs.write(path, path, { parents = true })
end
fs.write(".gitignore", "*.log\nout/\n")
fs.write("src/.ignore", "deep\n")
os.execute "ln -s . src/loop; ln -s src linked"

local function walked(path, options)
  local paths = {}
  for entry in fs.walk(path, options) do
    paths[#paths + 1] = entry.path .. (entry.kind == "directory" and "/" or "")
  end
  return table.concat(paths, " ")
end
check.equal(walked ".", ".gitignore .hidden/ .hidden/h.lua a.lua linked src/ src/.ignore src/loop src/x.lua")
check.equal(walked("src", { hidden = false }), "src/loop src/x.lua")
check.equal(walked("linked", { filter = "*.lua" }), "linked/x.lua")
check.equal(
  walked(".", { filter = "*.lua", ignore = { "!deep", "/a.lua" }, hidden = false }),
  "src/deep/y.lua src/x.lua"
)
check.equal(walked(".", { depth = 1, hidden = false }), "a.lua linked src/")

local walk = fs.walk "."
check.equal(walk().name, ".gitignore")
walk:close()
check.equal(walk(), nil)
local handle, _, _, closed = fs.walk "."
check.equal(rawequal(handle, closed), true)

-- More than is looked for at once.
fs.mkdir "many"
for n = 1, 600 do
  fs.write(("many/%03d"):format(n), "", { atomic = false })
end
local _, count = walked("many"):gsub("many/", "")
check.equal(count, 600)
fs.remove("many", { recursive = true })

local function globbed(pattern, options)
  return table.concat(fs.glob(pattern, options), " ")
end
check.equal(globbed "*.lua", "a.lua")
check.equal(globbed "**/*.lua", "a.lua out/z.lua src/deep/y.lua src/x.lua")
check.equal(globbed "src/*", "src/deep src/loop src/x.lua")
check.equal(globbed "src/*/", "src/deep")
check.equal(globbed("*.lua", { cwd = "src" }), "x.lua")
check.equal(globbed "{src,out}/?.lua", "out/z.lua src/x.lua")
check.equal(globbed ".*/h.lua", ".hidden/h.lua")
check.equal({ globbed "a.lua", globbed "nothing", globbed "nothing/*" }, { "a.lua", "", "" })

local names = {}
for _, entry in ipairs(fs.list "src") do
  names[#names + 1] = entry.name .. " " .. entry.kind
end
check.equal(names, { ".ignore file", "deep directory", "loop link", "x.lua file" })
check.equal(fs.list "nothing", nil)
check.raises("io", 'cannot list "a.lua": it is no directory', fs.list, "a.lua")
check.raises("io", 'cannot walk "nothing": there is no such file or directory', fs.walk, "nothing")
check.raises("io", 'cannot walk "a.lua": it is no directory', fs.walk, "a.lua")
check.raises("usage", 'the glob "a[" is wrong', fs.walk, ".", { filter = "a[" })
check.raises("usage", 'the glob "x/a[" is wrong', fs.glob, "x/a[")

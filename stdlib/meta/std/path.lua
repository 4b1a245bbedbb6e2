---@meta std.path

---`require "std.path"`: paths as text. Nothing here looks at the disk, so `..` goes back over a link as over a directory.
---@class std.path
local path = {}

---One path of several parts; an absolute part begins anew.
---@param first string
---@param ... string
---@return string
function path.join(first, ...) end

---What a path lies in: `"src"` for `"src/a.rs"`, `"."` for `"a.rs"`.
---@param path string
---@return string
function path.dir(path) end

---The last part: `"a.tar.gz"` for `"src/a.tar.gz"`; nil for `"/"` and where it ends with `..`.
---@param path string
---@return string?
function path.name(path) end

---The last part without its extension: `"a.tar"` for `"src/a.tar.gz"`.
---@param path string
---@return string?
function path.stem(path) end

---What follows the last dot: `"gz"` for `"src/a.tar.gz"`; nil for `"src/a"` and `".bashrc"`.
---@param path string
---@return string?
function path.ext(path) end

---Without `.`, doubled slashes, and `..` after a name.
---@param path string
---@return string
function path.normalize(path) end

---From the root, normalized.
---@param path string
---@param base? string what it is seen from; the working directory if left out
---@return string
function path.absolute(path, base) end

---The way from `base` to `path`: `"../b"` for `"a/b"` from `"a/c"`.
---@param path string
---@param base? string the working directory if left out
---@return string
function path.relative(path, base) end

---@param path string
---@return boolean
function path.is_absolute(path) end

return path

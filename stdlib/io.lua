-- Reading standard input waits for it without holding up other tasks; all other files are Lua's own.
local read_stdin, popen = ...
local io, pcall, select = io, pcall, select
local stdin = io.stdin
local methods = getmetatable(stdin).__index
local stock_read, stock_lines, stock_io_read, stock_io_lines = methods.read, methods.lines, io.read, io.lines

local function each_of_stdin(...)
  local formats, n = { ... }, select("#", ...)
  return function()
    return read_stdin(table.unpack(formats, 1, n))
  end
end

local function reads_stdin()
  local ok, input = pcall(io.input)
  return ok and input == stdin
end

function methods.read(file, ...)
  if file == stdin then
    return read_stdin(...)
  end
  return stock_read(file, ...)
end

function methods.lines(file, ...)
  if file == stdin then
    return each_of_stdin(...)
  end
  return stock_lines(file, ...)
end

function io.read(...)
  if reads_stdin() then
    return read_stdin(...)
  end
  return stock_io_read(...)
end

function io.lines(name, ...)
  if name == nil and reads_stdin() then
    return each_of_stdin(...)
  end
  return stock_io_lines(name, ...)
end

io.popen = popen

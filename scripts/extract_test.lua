local json, test = require "std.json", require "std.test"

local function file(name, text)
  local out <close> = assert(io.open(name, "w"))
  out:write(text)
end

test.case("a row for each file, of the types that were asked for", function(t)
  file("a.md", "Dune, of 1965")
  file("b.md", "no book")
  t.model:reply(function(request)
    local year = request.text:match "of (%d+)"
    return json.encode { title = year and "Dune, again" or json.null, year = tonumber(year) or json.null }
  end)
  local done = t:run("extract.lua", { "title,year:integer", "a.md", "b.md" })
  t:equal(done, { code = 0, stdout = 'file,title,year\na.md,"Dune, again",1965\nb.md,,\n', stderr = "" })
  local format = t.model:requests()[1].body.text.format
  t:equal(format.schema.properties.year, { type = { "integer", "null" } })
end)

test.case("what the agent cannot read leaves the row out", function(t)
  file("a.md", "x")
  t.model:reply { error = 500 }
  local done = t:run("extract.lua", { "title", "a.md", "gone.md" })
  t:equal({ done.code, done.stdout }, { 1, "file,title\n" })
  t:matches(done.stderr, "extract: a%.md: .-\nextract: gone%.md: there is no such file\n$")
end)

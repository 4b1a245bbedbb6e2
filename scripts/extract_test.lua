local json, test = require "std.json", require "std.test"

local FIELDS = "title,year:integer,draft:boolean"

local function file(name, text)
  local out <close> = assert(io.open(name, "w"))
  out:write(text)
end

test.case("a row of each file, of the types that were asked for", function(t)
  file("a.md", "A, 1999")
  file("b.md", '=B "quoted"')
  file("c.md", "é")
  t.model:reply(function(request)
    local text = request.text or ""
    if text:find("A, 1999", 1, true) then
      return json.encode { title = "A", year = 1999, draft = true }
    elseif text:find("=B", 1, true) then
      return json.encode { title = '=B "\27[2Jquoted"', year = json.null, draft = false }
    elseif request.number == 1 then
      return json.encode { title = "C", year = "2001", draft = json.null }
    end
    t:matches(text, "/year: it is not of type")
    return json.encode { title = "C", year = 2001, draft = json.null }
  end)
  local done = t:run("extract.lua", { FIELDS, "a.md", "b.md", "c.md" })
  local rows = 'file,title,year,draft\na.md,A,1999,true\nb.md,"\'=B "" [2Jquoted""",,false\nc.md,C,2001,\n'
  t:equal(done, { code = 0, stdout = rows, stderr = "" })
  local schema = t.model:requests()[1].body.text.format.schema
  t:equal({ schema.properties.year.type[1], schema.required }, { "integer", { "title", "year", "draft" } })
end)

test.case("which files gave none, and why", function(t)
  file("a.md", "Let us chat.")
  file("b.md", "\xff")
  t.model:reply("I would chat.", "I would chat.", "I would chat.")
  local done = t:run("extract.lua", { FIELDS, "a.md", "b.md", "none.md" })
  t:equal({ done.code, done.stdout }, { 1, "file,title,year,draft\n" })
  t:matches(done.stderr, "^extract: a%.md: the agent's answer does not fit the schema: it is not JSON")
  t:matches(done.stderr, "\nextract: b%.md: [^\n]+\nextract: none%.md: [^\n]+\n$")
end)

test.case("it says what it needs", function(t)
  for _, wrong in ipairs {
    { {}, "fields and a file are needed" },
    { { "title" }, "fields and a file are needed" },
    { { "year:date", "a.md" }, '"year:date" is no field' },
    { { "a b", "a.md" }, '"a b" is no field' },
    { { "a,a:number", "a.md" }, "the field a comes twice" },
  } do
    local args, says = table.unpack(wrong)
    local done = t:run("extract.lua", args)
    t:equal({ done.code, done.stdout }, { 2, "" })
    t:truthy(done.stderr:find(says, 1, true), done.stderr)
  end
end)

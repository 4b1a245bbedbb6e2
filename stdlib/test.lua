-- Functions of a test are called here, where they may await.
local pcall = pcall
local test = {}

-- A file of tests, and then the case of it that is to run.
function test.main(file, chosen)
  return function(...)
    file(...)
    local case, t = chosen()
    if case then
      case(t)
    end
  end
end

function test.raises(check)
  return function(t, kind, run, ...)
    return check(t, kind, run, pcall(run, ...))
  end
end

return test

-- A filter that is a function is called here, where it may await.
local ipairs = ipairs
local filters = {}

-- The batches of a watcher, with the changes that its filter lets pass.
function filters.batches(next_batch, filter_of)
  return function(watcher)
    local filter = filter_of(watcher)
    while true do
      local batch = next_batch(watcher)
      if not batch or not filter then
        return batch
      end
      local changes, paths = {}, {}
      for _, change in ipairs(batch.changes) do
        if filter(change.path) or (change.from and filter(change.from)) then
          changes[#changes + 1], paths[#paths + 1] = change, change.path
        end
      end
      if #changes > 0 then
        batch.changes, batch.paths = changes, paths
        return batch
      end
    end
  end
end

function filters.explain(explain)
  return function(path, ...)
    local explained, filter = explain(path, ...)
    if filter and explained.watched and not filter(path) then
      explained = { watched = false, why = "the filter function is against it" }
    end
    return explained
  end
end

return filters

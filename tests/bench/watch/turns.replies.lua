-- Answers that take a while, a delta each millisecond.
return function()
  return { text = ("word "):rep(300), slow = "1ms" }
end

-- Channels: order, waiting for room, the end, and what comes of those that are cancelled.
local check, task = require "check", require "std.task"

local log = {}
local function note(...)
  log[#log + 1] = table.concat({ ... }, " ")
end

-- Without room each value is handed over.
local hand = task.channel()
local sender = task.spawn(function()
  for n = 1, 3 do
    hand:send(n)
    note("sent", n)
  end
  hand:close()
end)
task.yield()
task.yield()
check.equal(log, {})
for n in hand do
  note("got", n)
end
check.equal((table.concat(log, ", "):gsub("sent %d,? ?", "")), "got 1, got 2, got 3, ")
check.equal({ hand:recv(), hand.closed, sender.status }, { nil, true, "done" })

-- With room it runs ahead, and waits when it is full.
log = {}
local two = task.channel(2)
task.spawn(function()
  for n = 1, 4 do
    two:send { n = n }
    note("sent", n)
  end
  two:close()
end)
task.sleep "5ms"
check.equal(log, { "sent 1", "sent 2" })
local got = {}
for value in two do
  got[#got + 1] = value.n
end
check.equal(got, { 1, 2, 3, 4 })

-- Each value goes to one of several receivers; false is a value.
local shared, seen = task.channel(1), {}
local takers = {}
for i = 1, 3 do
  takers[i] = task.spawn(function()
    for value in shared do
      seen[#seen + 1] = value
      task.yield()
    end
  end)
end
for n = 1, 9 do
  shared:send(n)
end
shared:send(false)
shared:close()
task.all(takers)
check.equal({ #seen, seen[10] }, { 10, false })

-- What waits for room when a channel is closed was not sent, what is in it can be received.
local closing = task.channel(1)
closing:send "kept"
local late = task.spawn(function()
  return pcall(closing.send, closing, "late")
end)
task.yield()
closing:close()
closing:close()
local ok, err = late:await()
check.equal({ ok, err.kind, err.message }, { false, "closed", "channel.send: the channel is closed" })
check.equal({ closing:recv(), closing:recv() }, { "kept", nil })

-- Nor is it when its sender is cancelled; who waits to receive and is cancelled takes nothing.
local given = task.channel()
local gone = task.spawn(given.send, given, "gone")
local nobody = task.spawn(given.recv, given)
local never = task.channel()
local waits = task.spawn(never.recv, never)
check.equal({ nobody:await() }, { "gone" })
gone = task.spawn(never.send, never, 1)
waits:cancel()
task.yield()
check.equal(waits.status, "cancelled")
gone:cancel()
check.raises("cancelled", nil, gone.await, gone)
task.spawn(never.send, never, 2)
check.equal(never:recv(), 2)

-- A held channel closes with its block.
local held
do
  local channel <close> = task.channel(1)
  held = channel
end
check.raises("closed", nil, held.send, held, 1)

-- Who is always served lets others run, and can be cancelled.
local busy = task.channel(1)
local endless = task.spawn(function()
  while true do
    busy:send(1)
    busy:recv()
  end
end)
task.sleep "1ms"
endless:cancel()
check.raises("cancelled", nil, endless.await, endless)

check.raises(
  "usage",
  "task.channel: the capacity must be a whole number, not negative, got -1",
  task.channel,
  -1
)
check.raises("usage", "the capacity must be a whole number", task.channel, "2")
check.raises("usage", "task.channel takes 1 argument", task.channel, 1, 2)
check.raises("usage", "channel.send: the value must be something: nil is the end", busy.send, busy, nil)
check.raises("usage", "channel.send takes 1 argument", busy.send, busy, 1, 2)
check.raises("usage", "call it with a colon: channel:recv(…)", busy.recv)
check.raises("usage", "channel.close takes 0 arguments", busy.close, busy, 1)

-- codex.request takes and gives the wire's own names; codex.info and codex.version tell who is there.
local check = require "check"
local json = require "std.json"

local thread = codex.thread_start()
thread:run("hi")
local answer = codex.request("thread/read", { threadId = thread.id })
check.equal(answer.thread.id, thread.id)
check.equal(answer.thread.modelProvider, "scripted")
assert(answer.thread.forkedFromId == nil or answer.thread.forkedFromId == json.null)
local err = check.raises("rpc", "no/such", codex.request, "no/such")
check.equal(err.code, -32600)
check.raises("rpc", "threadId", codex.request, "thread/read", { thread_id = thread.id })
check.raises("usage", "cannot be sent", codex.request, "thread/read", { f = print })
check.equal(type(codex.request("config/read").config), "table")

local info = codex.info()
check.equal({ info.host, info.server, info.protocol }, { codex.version, "0.169.0", "0.169.0" })
check.has(info.user_agent, "codex_lua/0.169.0")
check.has(info.codex_home, "offline")
check.equal(require("codex"), codex)

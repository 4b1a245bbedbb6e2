-- An MCP server, named `form`, whose tool `ask` asks the user what it is told to, and returns the answer as it came.
local SERVER = [=[
while IFS= read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case $line in
  *'"initialize"'*)
    echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"form","version":"1"}}}' ;;
  *'"tools/list"'*)
    echo '{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"ask","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}},"annotations":{"readOnlyHint":true}}]}}' ;;
  *'"tools/call"'*)
    call=$id
    text=$(printf %s "$line" | sed 's/.*"text":"\([^"]*\)".*/\1/')
    echo '{"jsonrpc":"2.0","id":900,"method":"elicitation/create","params":{"message":"'$text'","requestedSchema":{"type":"object","properties":{"userName":{"type":"string"}},"required":["userName"]}}}' ;;
  *'"id":900'*)
    said=$(printf %s "$line" | sed 's/.*"result":\({.*}\)}$/\1/; s/"/\\"/g')
    echo '{"jsonrpc":"2.0","id":'$call',"result":{"content":[{"type":"text","text":"'$said'"}]}}' ;;
  esac
done
]=]

local function config(server)
  return { ["mcp_servers.form"] = { command = "/bin/sh", args = { "-c", server } } }
end

return {
  -- What a thread is started with so that it has the server.
  config = config(SERVER),
  -- One whose tool is no harmless one, so that Codex asks before it calls it.
  wary = config((SERVER:gsub("readOnlyHint", "destructiveHint"))),
}

return {
  {
    { text = "I begin", phase = "commentary" },
    { call = "exec_command", input = { cmd = "echo x", login = false } },
  },
  { error = 500 },
}

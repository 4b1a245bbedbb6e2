return {
  {
    call = "exec_command",
    input = { cmd = "true", login = false },
    usage = { input_tokens = 10, output_tokens = 1 },
  },
  {
    text = "one",
    usage = { input_tokens = 20, cached_input_tokens = 5, output_tokens = 2, reasoning_output_tokens = 1 },
  },
  { text = "two", usage = { input_tokens = 100, cached_input_tokens = 0, output_tokens = 7 } },
}

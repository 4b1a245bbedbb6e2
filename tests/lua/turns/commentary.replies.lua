return {
  { { text = "I look first", phase = "commentary" }, { text = "done", phase = "final_answer" } },
  { { text = "first" }, { text = "last" } },
  { { text = "done", phase = "final_answer" }, { text = "by the way", phase = "commentary" } },
  { text = "only talk", phase = "commentary" },
}

-- A scripted model for scripts/tools.lua: it looks for a ticket, mistakes its number twice, and then tells of it.
return {
  { call = "search", namespace = "tickets", input = { text = "login" } },
  {
    { call = "look_up", namespace = "tickets", input = { id = "seven" } },
    { call = "look_up", namespace = "tickets", input = { id = 9 } },
  },
  { call = "look_up", namespace = "tickets", input = { id = 7 } },
  "The login fails after a password reset (ticket 7, reported by ana).",
}

"""The same turns through the official SDK: sdk.py SERVER TURNS DELTAS."""

import sys
import time

from openai_codex import Codex, CodexConfig

server, turns, deltas = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def count(thread, turns):
    events = size = 0
    for _ in range(turns):
        for event in thread.turn(f"deltas {deltas}" if deltas else "").stream():
            if event.method == "item/agentMessage/delta":
                events += 1
                size += len(event.payload.delta)
    assert events == turns * deltas and size == 5 * events, "events were lost"


with Codex(CodexConfig(codex_bin=server)) as codex:
    thread = codex.thread_start()
    count(thread, 1)
    print("ready", flush=True)
    start = time.monotonic()
    count(thread, turns)
    print("done", turns * (deltas or 1) / (time.monotonic() - start), flush=True)
    sys.stdin.read()

"""Runs `true` many times, several at once, and says how long that took."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE


async def main(commands: int, at_once: int) -> None:
    left = commands

    async def runner() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            process = await asyncio.create_subprocess_exec("true", stdout=PIPE, stderr=PIPE)
            await process.communicate()
            assert process.returncode == 0

    before = time.monotonic()
    await asyncio.gather(*(runner() for _ in range(at_once)))
    print(f"done {time.monotonic() - before:.4f}", flush=True)


print("ready", flush=True)
asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
sys.stdin.read()

// Runs `true` many times, several at once, and says how long that took.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const [commands, atOnce] = process.argv.slice(2).map(Number);
const run = promisify(execFile);
console.log("ready");
const before = performance.now();
let left = commands;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (left > 0) {
      left -= 1;
      await run("true");
    }
  }),
);
console.log(`done ${((performance.now() - before) / 1000).toFixed(4)}`);
process.stdin.resume();

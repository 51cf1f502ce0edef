import { randomBytes } from 'node:crypto';

const drawnAtOnce = 8192;
let drawn = Buffer.alloc(0);
let used = 0;

/** Random bytes in hexadecimal, from the system's generator, each used once. It is asked for many at once: a call costs more than what it gives. */
export function randomHex(bytes: number): string {
  if (used + bytes > drawn.length) {
    drawn = randomBytes(Math.max(drawnAtOnce, bytes));
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}

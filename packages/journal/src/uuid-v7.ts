import { randomBytes } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/** A UUID version 7 (RFC 9562 §5.7, method 1): ascending within this process, 62 random bits. */
export function uuidV7(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = randomBytes(2).readUInt16BE() & 0x7ff; // leave room below 0xfff to count up within the millisecond
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const tail = randomBytes(8);
  tail[0] = (tail[0]! & 0x3f) | 0x80;
  const hex = lastMs.toString(16).padStart(12, '0') + (0x7000 | counter).toString(16) + tail.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

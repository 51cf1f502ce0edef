import { randomHex } from './random-hex.ts';

let lastMs = 0;
let counter = 0;

/** A UUID version 7 (RFC 9562 §5.7, method 1): ascending within this process, 62 random bits. */
export function uuidV7(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = Number.parseInt(randomHex(2), 16) & 0x7ff; // leave room below 0xfff to count up within the millisecond
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(randomHex(2), 16) & 0x3fff) | 0x8000).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${(0x7000 | counter).toString(16)}-${variant}-${randomHex(6)}`;
}

import { Readable } from 'node:stream';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readBody } from './streamed-body.ts';

const bytesMax = 4 * 1024 ** 2;
const sliceBytes = 8 * 1024;

describe('a body', () => {
  it('is handed on in bits of at most 8 KiB, and the event loop turns between them', async () => {
    for (const [chunkBytes, size] of [
      [1, 40_000],
      [128, 1024 ** 2],
      [sliceBytes, 1024 ** 2],
      [1024 ** 2, 1024 ** 2],
    ] as const) {
      const chunks = Array.from({ length: size / chunkBytes }, () => Buffer.alloc(chunkBytes));
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      let [turns, bytes, bytesInTurn, turnSeen] = [0, 0, 0, 0];
      let isOver = false;
      const counting = (async () => {
        for (; !isOver; turns += 1) await turn();
      })();
      await readBody(Readable.from(chunks, { objectMode: false }), {
        bytesMax,
        take: (bit) => {
          if (turnSeen !== turns) bytesInTurn = 0;
          turnSeen = turns;
          bytes += bit.length;
          bytesInTurn += bit.length;
          expect(bytesInTurn).toBeLessThanOrEqual(2 * sliceBytes);
          return Promise.resolve();
        },
      });
      isOver = true;
      await counting;
      delay.disable();
      console.log(
        `chunks of ${chunkBytes} bytes: event loop delayed by at most ${Math.round(delay.max / 1e5) / 10} ms`,
      );
      expect(bytes).toBe(size);
    }
  });

  it('is handed on up to its last byte that may be, however it is cut', async () => {
    for (const cut of [1, 7, 64]) {
      const chunks = Array.from({ length: Math.ceil(64 / cut) }, () => Buffer.alloc(cut));
      let bytes = 0;
      const reading = readBody(Readable.from(chunks, { objectMode: false }), {
        bytesMax: 50,
        take: (bit) => Promise.resolve(void (bytes += bit.length)),
      });
      await expect(reading).rejects.toMatchObject({ code: 'payload-too-large' });
      expect(bytes).toBe(50);
    }
  });
});

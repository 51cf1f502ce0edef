import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type IntakeFormat, readUpload } from './upload.ts';

const size = 2 * 1024 ** 2;
const header = 'external_id,given_name,family_name\n';
const fill = (text: string): Buffer => Buffer.alloc(size, text);

/** Uploads that cost more than they weigh, unless what they cost is bounded. */
const uploads: [name: string, bytes: Buffer, format: IntakeFormat][] = [
  ['commas alone', fill(','), 'text/csv'],
  ['commas under a header', Buffer.concat([Buffer.from(header), fill(',')]), 'text/csv'],
  ['rows of commas', Buffer.concat([Buffer.from(header), fill(',,\n')]), 'text/csv'],
  ['blank rows', Buffer.concat([Buffer.from(header), fill('\n')]), 'text/csv'],
  ['rows of one cell', Buffer.concat([Buffer.from(header), fill('a\n')]), 'text/csv'],
  ['the shortest rows', Buffer.concat([Buffer.from(header), fill('1,a,b\n')]), 'text/csv'],
  ['quotes', Buffer.concat([Buffer.from(header), fill('"')]), 'text/csv'],
  ['blank lines', fill('\n'), 'application/x-ndjson'],
  ['empty objects', fill('{}\n'), 'application/x-ndjson'],
  ['brackets', fill('['), 'application/x-ndjson'],
];

describe('an upload in one piece', () => {
  it.each(uploads)('of %s is read in many turns of the event loop', async (name, bytes, format) => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    let turns = 0;
    let isOver = false;
    const counting = (async () => {
      for (; !isOver; turns += 1) await turn();
    })();
    let rowsAtOnce = 0;
    delay.enable();
    const outcome = await readUpload({
      body: Readable.from([bytes], { objectMode: false }),
      format,
      bytesMax: 2 * size,
      stage: (lot) => {
        rowsAtOnce = Math.max(rowsAtOnce, lot.length);
        return Promise.resolve();
      },
    }).then(
      ({ rows }) => rows,
      () => null,
    );
    delay.disable();
    isOver = true;
    await counting;
    // A time never decides: how much is done in one turn does. The time is for whoever reads the report.
    console.log(`${name}: the event loop was held for at most ${(delay.max / 1e6).toFixed(1)} ms`);
    expect(rowsAtOnce).toBeLessThanOrEqual(1000);
    if (outcome !== null) expect(turns).toBeGreaterThanOrEqual(Math.floor(bytes.length / (8 * 1024)) - 1);
  });
});

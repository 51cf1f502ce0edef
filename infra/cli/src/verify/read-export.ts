import { type AuditRow, type Finding, readExportLine } from '@rohnamo/journal';
import { CalledWrongly } from '../called-wrongly.ts';

const lineFeed = 0x0a;
const lineBytesMax = 4 * 1024 * 1024;

/** The rows of an export, those of a chunk together as they are read, and the lines of it that are none. */
export interface ReadExport {
  rows: AsyncGenerator<Iterable<AuditRow>>;
  /** Complete once all rows were read. */
  unreadable: Finding[];
}

/**
 * Reads an export from its bytes, a line at a time. A line that cannot be read, where a position would be missing without it, is
 * a row of that position without content, so that one spoilt line is one finding.
 */
export function readExport(chunks: AsyncIterable<Buffer>): ReadExport {
  const unreadable: Finding[] = [];
  async function* rows(): AsyncGenerator<Iterable<AuditRow>> {
    let [number, read, last] = [0, 0, 0];
    let spoilt: Finding[] = [];
    const lines = lineCutter();
    function* rowsIn(chunk: Buffer): Generator<AuditRow> {
      for (const bytes of lines.cut(chunk)) {
        number += 1;
        const row = readExportLine(bytes);
        if (row === null) {
          spoilt.push(unreadableLine(number));
          continue;
        }
        const placed = spoilt.splice(0, Math.max(0, (row.position ?? 0) - last - 1));
        for (let left = placed.length; left > 0; left--) yield { position: ++last, sealed: null, entry: null };
        unreadable.push(...spoilt);
        spoilt = [];
        last = Math.max(last, row.position ?? 0);
        read += 1;
        yield row;
      }
    }
    for await (const chunk of chunks) yield rowsIn(chunk);
    unreadable.push(...spoilt);
    if (lines.rest().length > 0) unreadable.push(brokenOff(number + 1));
    if (read === 0) throw new CalledWrongly('there is no entry in it: export it with rohnamo export');
  }
  return { rows: rows(), unreadable };
}

const unreadableLine = (number: number): Finding => ({
  what: 'unreadable',
  detail: `line ${number} is not a row of an export`,
});
const brokenOff = (number: number): Finding => ({
  what: 'unreadable',
  detail: `line ${number}, the last, breaks off: the export is not complete, make it anew`,
});

/** Cuts chunks into lines. */
function lineCutter() {
  let rest: Buffer[] = [];
  let restBytes = 0;
  return {
    *cut(chunk: Buffer): Generator<Buffer> {
      let from = 0;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
        const end = chunk.subarray(from, at);
        yield rest.length === 0 ? end : Buffer.concat([...rest, end]);
        rest = [];
        restBytes = 0;
        from = at + 1;
      }
      if (from === chunk.length) return;
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
      if (restBytes > lineBytesMax)
        throw new CalledWrongly('it has a line longer than any entry: this is not an export');
    },
    /** What follows the last line feed. */
    rest: () => Buffer.concat(rest),
  };
}

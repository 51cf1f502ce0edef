import { isUtf8 } from 'node:buffer';
import { type AuditRow, type Finding, readExportLine } from '@rohnamo/journal';
import { CalledWrongly } from '../called-wrongly.ts';

const lineFeed = 0x0a;
const lineBytesMax = 4 * 1024 * 1024;

/** The rows of an export, as they are read, and the lines of it that are none. */
export interface ReadExport {
  rows: AsyncGenerator<AuditRow>;
  /** Complete once all rows were read. */
  unreadable: Finding[];
}

/**
 * Reads an export from its bytes, a line at a time. A line that cannot be read, where a position would be missing without it, is
 * a row of that position without content, so that one spoilt line is one finding.
 */
export function readExport(chunks: AsyncIterable<Buffer>): ReadExport {
  const unreadable: Finding[] = [];
  async function* rows(): AsyncGenerator<AuditRow> {
    let [number, read, last] = [0, 0, 0];
    let spoilt: Finding[] = [];
    for await (const { bytes, isWhole } of linesOf(chunks)) {
      number += 1;
      const row = isWhole && isUtf8(bytes) ? readExportLine(bytes.toString('utf8')) : null;
      if (row === null) {
        spoilt.push(unreadableLine(number, isWhole));
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
    unreadable.push(...spoilt);
    if (read === 0) throw new CalledWrongly('there is no entry in it: export it with rohnamo export');
  }
  return { rows: rows(), unreadable };
}

const unreadableLine = (number: number, isWhole: boolean): Finding => ({
  what: 'unreadable',
  detail: isWhole
    ? `line ${number} is not a row of an export`
    : `line ${number}, the last, breaks off: the export is not complete, make it anew`,
});

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<{ bytes: Buffer; isWhole: boolean }> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
      const end = chunk.subarray(from, at);
      yield { bytes: rest.length === 0 ? end : Buffer.concat([...rest, end]), isWhole: true };
      rest = [];
      restBytes = 0;
      from = at + 1;
    }
    if (from === chunk.length) continue;
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes > lineBytesMax) throw new CalledWrongly('it has a line longer than any entry: this is not an export');
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), isWhole: false };
}

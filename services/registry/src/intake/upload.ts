import { readBody } from '@rohnamo/service-kit';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { csvReader } from './csv.ts';
import { ndjsonReader } from './ndjson.ts';
import { type StagedRow, unreadableRowsMax } from './staged-row.ts';
import { unreadable } from './unreadable.ts';

/** The content types that an intake takes. */
export const intakeFormats = ['text/csv', 'application/x-ndjson'] as const;
export type IntakeFormat = (typeof intakeFormats)[number];

/** Makes rows out of text that comes bit by bit. Throws Refused where the upload as a whole cannot be taken. */
export interface RowReader {
  /** The rows that are complete with this bit. */
  read(text: string): StagedRow[];
  /** The rows that the end completes. */
  end(): StagedRow[];
}

/** Rows that go to the database together: so many, or those of so many bytes, whichever comes first. */
const stagedTogether = { rows: 1000, bytes: 256 * 1024 };

/**
 * Reads an upload as it arrives and hands its rows on, some at a time, waiting for each lot to be taken: memory stays flat
 * whatever its size. The body is read to its end or left where it failed, never destroyed, so that an answer can still be sent.
 * @returns how many rows there were, and the SHA-256 of the bytes.
 * @throws Refused payload-too-large, malformed-request, or invalid-field where the header does not fit.
 */
export async function readUpload({
  body,
  format,
  bytesMax,
  stage,
}: {
  body: Readable;
  format: IntakeFormat;
  bytesMax: number;
  stage: (rows: StagedRow[], firstRow: number) => Promise<void>;
}): Promise<{ rows: number; digest: Buffer }> {
  const reader = format === 'text/csv' ? csvReader() : ndjsonReader();
  const decode = utf8Decoder();
  const hash = createHash('sha256');
  let rows = 0;
  let unreadableRows = 0;
  let waiting: StagedRow[] = [];
  let waitingBytes = 0;
  const stageWaiting = async (): Promise<void> => {
    const lot = waiting;
    [waiting, waitingBytes] = [[], 0];
    if (lot.length === 0) return;
    await stage(lot, rows + 1);
    rows += lot.length;
  };
  const keep = async (read: readonly StagedRow[], bytes: number): Promise<void> => {
    waitingBytes += bytes;
    for (const row of read) {
      if ('unreadable' in row && ++unreadableRows > unreadableRowsMax) throw unreadable(tooManyUnreadable);
      waiting.push(row);
      if (waiting.length >= stagedTogether.rows) await stageWaiting();
    }
    if (waitingBytes >= stagedTogether.bytes) await stageWaiting();
  };

  await readBody(body, {
    bytesMax,
    take: async (chunk) => {
      hash.update(chunk);
      await keep(reader.read(decode(chunk)), chunk.length);
    },
  });
  await keep(reader.read(decode(null)), 0);
  await keep(reader.end(), 0);
  await stageWaiting();
  return { rows, digest: hash.digest() };
}

const tooManyUnreadable = `More than ${unreadableRowsMax} rows cannot be read: are the cells parted as the header is, and as many?`;

/** Text without its byte order mark; null ends it. What is not UTF-8 is refused: guessing another encoding would garble names. */
function utf8Decoder() {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytesBefore = 0;
  return (chunk: Buffer | null): string => {
    try {
      return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      const kilobyte = Math.floor(bytesBefore / 1024);
      throw unreadable(
        `The upload is not UTF-8, somewhere after its first ${kilobyte} KiB: save it as UTF-8 and push it again.`,
      );
    } finally {
      bytesBefore += chunk?.length ?? 0;
    }
  };
}

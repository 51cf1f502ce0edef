import { readBody } from '@rohnamo/service-kit';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { csvReader } from './csv.ts';
import { ndjsonReader } from './ndjson.ts';
import type { StagedRow } from './staged-row.ts';
import { unreadable } from './unreadable.ts';

/** The content types that an intake takes. */
export const intakeFormats = ['text/csv', 'application/x-ndjson'] as const;
export type IntakeFormat = (typeof intakeFormats)[number];

/** Makes rows out of text that comes bit by bit. Throws Refused where the upload as a whole cannot be taken. */
export interface RowReader {
  /** The rows that are complete with this bit. */
  read(text: string): Promise<StagedRow[]> | StagedRow[];
  /** The rows that the end completes. */
  end(): Promise<StagedRow[]> | StagedRow[];
}

/** Rows that go to the database together. */
const stagedTogether = 1000;

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
  let waiting: StagedRow[] = [];
  const keep = async (read: StagedRow[], atLeast: number): Promise<void> => {
    for (const row of read) waiting.push(row);
    while (waiting.length >= atLeast && waiting.length > 0) {
      const lot = waiting.slice(0, stagedTogether);
      waiting = waiting.slice(stagedTogether);
      await stage(lot, rows + 1);
      rows += lot.length;
    }
  };

  await readBody(body, {
    bytesMax,
    take: async (chunk) => {
      hash.update(chunk);
      await keep(await reader.read(decode(chunk)), stagedTogether);
    },
  });
  await keep(await reader.read(decode(null)), stagedTogether);
  await keep(await reader.end(), 1);
  return { rows, digest: hash.digest() };
}

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

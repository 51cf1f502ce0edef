import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** Hashes and counts what flows through it. */
export function digesting() {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}

/** Streams a table, as the transaction of `client` sees it, into a new file with mode 0600. Memory stays flat. */
export async function copyOut(
  client: Client,
  { table, columns, path }: { table: string; columns: readonly string[]; path: string },
): Promise<{ rows: number; bytes: number; sha256: string }> {
  const names = columns.map((column) => client.escapeIdentifier(column)).join();
  const rows = client.query(copyTo(`copy public.${client.escapeIdentifier(table)} (${names}) to stdout`));
  const digest = digesting();
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true });
  await pipeline(rows, createGzip({ level: constants.Z_BEST_SPEED }), digest.stream, file);
  return { rows: rows.rowCount, ...digest.result() };
}

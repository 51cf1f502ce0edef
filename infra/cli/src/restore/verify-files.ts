import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { digesting } from '../backup/copy-out.ts';
import type { TableBackup } from '../backup/manifest.ts';

/** @throws naming the first file that is not as it was written. */
export async function verifyFiles(folder: string, tables: readonly TableBackup[]): Promise<void> {
  for (const { file, bytes, sha256 } of tables) {
    const digest = digesting();
    digest.stream.resume();
    await pipeline(createReadStream(join(folder, file)), digest.stream).catch((cause: unknown) => {
      throw new Error(`${join(folder, file)} cannot be read. Nothing was restored: use another backup`, { cause });
    });
    const found = digest.result();
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw new Error(`${join(folder, file)} is not as it was written. Nothing was restored: use another backup`);
  }
}

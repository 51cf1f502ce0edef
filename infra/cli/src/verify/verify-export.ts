import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { auditEntries, type AuditReport } from '@rohnamo/journal';
import { reading, typedPath } from '../called-wrongly.ts';
import type { Terminal } from '../command.ts';
import { readExport } from './read-export.ts';

const chunkBytes = 1024 * 1024;

/** Holds an export against a key and checkpoints. @throws CalledWrongly where it cannot be read. */
export async function verifyExport(
  { path, key, checkpoints }: { path: string; key: string; checkpoints: string[] },
  terminal: Terminal,
): Promise<AuditReport> {
  const file = typedPath(path, terminal);
  await reading('--entries', path, () => stat(file));
  const { rows, unreadable } = readExport(createReadStream(file, { highWaterMark: chunkBytes }));
  const report = await reading('--entries', path, () => auditEntries(rows, { verifier: key, checkpoints }));
  return { ...report, findings: [...unreadable, ...report.findings] };
}

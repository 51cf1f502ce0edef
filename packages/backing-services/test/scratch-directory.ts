import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of the running test's own, removed when it has finished. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'backing-services-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

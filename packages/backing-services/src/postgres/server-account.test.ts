import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedDirectory } from './server-account.ts';

test('the first directory that strangers cannot enter is found, and none when all are open', () => {
  const top = mkdtempSync(join(tmpdir(), 'closed-'));
  const inner = join(top, 'inner');
  mkdirSync(inner);

  expect(closedDirectory(join(inner, 'not-yet-there'))).toBe(top); // mkdtemp makes it 0700
  chmodSync(top, 0o755);
  expect(closedDirectory(inner)).toBeUndefined();
  chmodSync(inner, 0o750);
  expect(closedDirectory(inner)).toBe(inner);

  rmSync(top, { recursive: true });
});

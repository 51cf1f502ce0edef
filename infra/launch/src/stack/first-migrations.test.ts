import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceRoot } from '../workspace-root.ts';
import { serviceNames } from './service-names.ts';

test('the first migration of each service is of another time: by it a database is known as its own', () => {
  const firsts = serviceNames.map((name) => {
    const journal = readFileSync(join(workspaceRoot, 'services', name, 'migrations', 'meta', '_journal.json'), 'utf8');
    return (JSON.parse(journal) as { entries: { when: number }[] }).entries[0]?.when;
  });
  expect(new Set(firsts).size).toBe(serviceNames.length);
});

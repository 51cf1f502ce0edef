import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { perService } from './service-names.ts';
import { writeStackFile } from './stack-file.ts';

test('stack.json is there while the stack is up, and only its owner reads it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rohnamo-stack-'));
  const file = join(folder, 'stack.json');
  const client = { clientId: 'c', clientSecret: 's', organisationId: 'o', facilityIds: ['f'] };
  const stack = {
    transport: 'kafka',
    services: perService((name) => `http://${name}`),
    issuer: 'http://identity',
    databases: perService((name) => `postgres://${name}`),
    brokers: ['127.0.0.1:4409'],
    topicPrefix: 'rohnamo',
    clients: {
      'migration-service': client,
      facility: client,
      'facility-2': client,
      supervisor: client,
      'directory-admin': client,
      auditor: client,
    },
  } as const;
  const takeAway = writeStackFile(folder, { ...stack, brokers: [...stack.brokers] });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(stack);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  takeAway();
  expect(existsSync(file)).toBe(false);
  rmSync(folder, { recursive: true });
});

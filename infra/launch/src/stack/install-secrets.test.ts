import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { completeSecrets, ensureSecrets, secretValues } from './install-secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('secrets are drawn once and kept in a file that only its owner reads', () => {
  const first = ensureSecrets(folder);
  expect(ensureSecrets(folder)).toEqual(first);
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});

test('no two secrets are alike, in one installation or in two', () => {
  const all = [...secretValues(completeSecrets({})), ...secretValues(completeSecrets({}))];
  expect(new Set(all).size).toBe(all.length);
});

test('what an update needs more is added, and what is there stays', () => {
  const { environment, ...old } = completeSecrets({});
  const known = { ...old, environment: { ...environment, notifications: {} } };
  const completed = completeSecrets(known);
  expect(completed.databasePasswords).toEqual(old.databasePasswords);
  expect(completed.environment.registry).toEqual(environment.registry);
  expect(completed.environment.notifications['WEBHOOK_SECRET_KEY']).toHaveLength(44);
});

test('an unreadable file is an error with a remedy, never a silent new beginning', () => {
  writeFileSync(join(folder, 'secrets.json'), '{"installId":');
  expect(() => ensureSecrets(folder)).toThrow('--fresh');
});

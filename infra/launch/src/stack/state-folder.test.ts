import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspaceRoot } from '../workspace-root.ts';
import { emptyStateFolder, readableFolder, stateFolderOf } from './state-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the state is in .rohnamo of the checkout, unless ROHNAMO_STATE_DIR names another folder', () => {
  expect(stateFolderOf({})).toBe(join(workspaceRoot, '.rohnamo'));
  expect(stateFolderOf({ ROHNAMO_STATE_DIR: '' })).toBe(join(workspaceRoot, '.rohnamo'));
  expect(stateFolderOf({ ROHNAMO_STATE_DIR: folder })).toBe(folder);
  expect(stateFolderOf({ ROHNAMO_STATE_DIR: 'second' })).toBe(join(workspaceRoot, 'second'));
});

test('a person is told the folder as it is seen from the checkout, or in full where it lies elsewhere', () => {
  expect(readableFolder(join(workspaceRoot, '.rohnamo'))).toBe('.rohnamo');
  expect(readableFolder(folder)).toBe(folder);
});

test('a fresh start deletes all that a start leaves, but for the lock that it holds', () => {
  for (const file of [
    'lock',
    'secrets.json',
    'secrets.json.4711',
    'stack.json',
    'processes.json',
    'places.csv',
    'kept-checkpoints.txt',
    'walk-webhooks.json',
  ])
    writeFileSync(join(folder, file), '');
  for (const name of ['postgres', 'kafka', 'logs']) mkdirSync(join(folder, name));
  emptyStateFolder(folder);
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('a folder that holds anything of somebody else’s is left as it is', () => {
  for (const file of ['lock', 'secrets.json', 'letters.txt']) writeFileSync(join(folder, file), '');
  expect(() => emptyStateFolder(folder)).toThrow('letters.txt');
  expect(readdirSync(folder)).toHaveLength(3);
});

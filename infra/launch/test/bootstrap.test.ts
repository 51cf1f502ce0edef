import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspaceRoot } from '../src/workspace-root.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rohnamo a bare checkout '));
  for (const path of ['infra/launch/run.mjs', 'infra/launch/bootstrap']) {
    cpSync(join(workspaceRoot, path), join(root, path), { recursive: true });
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function run(args: readonly string[], environment: Record<string, string> = {}) {
  const script = join(root, 'infra', 'launch', 'run.mjs');
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: environment });
}

test.each(['start', 'test', 'check'])('npm %s --help answers without installing anything', (command) => {
  const { status, stdout } = run([command, '--help']);
  expect({ status, isHelp: stdout.startsWith('npm ') }).toEqual({ status: 0, isHelp: true });
  expect(existsSync(join(root, '.tools'))).toBe(false);
});

test('a command that there is none of is refused', () => {
  expect(run(['fly']).stderr).toContain('what to do: use npm start, npm test, or npm run with one of: check,');
});

test('where npm is missing it says so, and what to do', () => {
  const { status, stderr } = run(['check'], { PATH: join(root, 'nothing') });
  expect(status).toBe(1);
  expect(stderr).toContain('there is no npm');
  expect(stderr).toContain('what to do: install Node 20 or newer with npm');
});

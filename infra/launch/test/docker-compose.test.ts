import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workspaceRoot } from '../src/workspace-root.ts';

const isInstalled = spawnSync('docker-compose', ['--version']).status === 0;
const mayBeAbsent = process.env['CI'] !== 'true';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function config(environment: string) {
  const envFile = join(folder, 'env');
  writeFileSync(envFile, environment);
  const args = ['--env-file', envFile, 'config'];
  return spawnSync('docker-compose', args, { cwd: workspaceRoot, encoding: 'utf8' });
}

test.skipIf(!isInstalled && mayBeAbsent)(
  'docker-compose takes the file with a generated environment, and refuses it without',
  () => {
    const generator = join(workspaceRoot, 'infra', 'docker', 'make-env.mjs');
    const { status, stderr } = config(execFileSync(process.execPath, [generator], { encoding: 'utf8' }));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const refused = config('');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('set it');
  },
);

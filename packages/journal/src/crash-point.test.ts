import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const module = fileURLToPath(new URL('crash-point.ts', import.meta.url));

/** A process that comes by `record.after-commit` three times, and says so each time it has lived through it. */
const walk = (environment: Record<string, string>) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { crashPoint } = await import(${JSON.stringify(module)});
       for (const i of [1, 2, 3]) { crashPoint('record.after-commit'); process._rawDebug(i); }`,
    ],
    { encoding: 'utf8', env: environment },
  );

describe('a crash point', () => {
  it('does nothing unless it is armed', () => {
    expect(walk({})).toMatchObject({ status: 0, stderr: '1\n2\n3\n' });
    expect(walk({ ROHNAMO_CRASH_AT: 'seal.after-commit' })).toMatchObject({ status: 0, stderr: '1\n2\n3\n' });
  });

  it('kills the process there and then, at the time that was named', () => {
    expect(walk({ ROHNAMO_CRASH_AT: 'record.after-commit' })).toMatchObject({ signal: 'SIGKILL', stderr: '' });
    expect(walk({ ROHNAMO_CRASH_AT: 'record.after-commit:3' })).toMatchObject({ signal: 'SIGKILL', stderr: '1\n2\n' });
  });

  it.each(['nowhere', 'record.after-commit:0', 'record.after-commit:x'])('refuses to be armed as %s', (at) => {
    expect(walk({ ROHNAMO_CRASH_AT: at })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('must be one of'),
    });
  });
});

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { RunResult } from '../src/report/result.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const isLinux = existsSync('/proc/self/stat');

const names = ['read', 'recommendations'];

/** It brings up a broker of its own, or uses the one of ROHNAMO_KAFKA_BROKERS. */
it(
  'measures paths beside their ceilings, without a failed request, and leaves nothing behind',
  { timeout: 480_000 },
  async () => {
    const { stdout, stderr } = await run(
      process.execPath,
      [main, '--only', names.join(','), '--seconds', '0.3', '--concurrency', '8', '--json'],
      { maxBuffer: 2 ** 24 },
    );
    const { hello, paths } = JSON.parse(stdout) as RunResult; // printed by our own command
    expect(hello.perSecond).toBeGreaterThan(0);
    expect(new Set(paths.map(({ name }) => name))).toEqual(new Set(names));
    for (const {
      rows: [row],
    } of paths) {
      expect(row?.label).toBe('c = 8');
      for (const side of [row?.product, row?.ceiling]) {
        expect(side?.failures).toBe(0);
        expect(side?.perSecond).toBeGreaterThan(0);
        expect(side?.p99Ms).toBeGreaterThanOrEqual(side?.p50Ms ?? Infinity);
        if (isLinux) expect(side?.rssMb).toBeGreaterThan(10);
      }
    }
    const folders = [...new Set(stderr.match(/\S+\/rohnamo-bench-\w+/g))];
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  },
);

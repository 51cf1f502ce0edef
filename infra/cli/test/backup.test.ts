import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backup } from '../src/backup/command.ts';
import { readManifest } from '../src/backup/manifest.ts';
import { restore } from '../src/restore/command.ts';
import { type RunningPlatform, runningPlatform } from './running-platform.ts';

const rowCount = 200_000;
const bytesMax = 100e6;
let platform: RunningPlatform;
let folder: string;
beforeAll(async () => {
  platform = await runningPlatform();
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-backups-'));
  await platform.rows(
    'referral',
    `insert into consumed (consumer, kind, subject, sequence) select 'somebody', 'referral', gen_random_uuid(), n from generate_series(1, $1::int) n`,
    [rowCount],
  );
}, 300_000);
afterAll(async () => {
  await platform.remove();
  rmSync(folder, { recursive: true, force: true });
});

const checksum = async () =>
  (await platform.rows('referral', 'select count(*), sum(hashtextextended(c::text, 0)) from consumed c'))[0];
const taken = async (name: string) => {
  const path = join(folder, name);
  expect((await platform.type(backup, '--out', path, '--only', 'referral')).code).toBe(0);
  return path;
};
const restored = (from: string, ...more: string[]) => platform.type(restore, '--from', from, ...more);

/** What the process holds beyond what it held, at most, while it works. */
async function memoryOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  await work();
  clearInterval(looking);
  return most - before;
}

describe('a backup', { timeout: 300_000 }, () => {
  it(`of a table of ${rowCount} rows comes back row for row, in flat memory`, async () => {
    const before = await checksum();
    let path = '';
    expect(await memoryOf(async () => (path = await taken('large')))).toBeLessThan(bytesMax);
    const { code, said } = await restored(path, '--replace');
    expect(code, said).toBe(0);
    expect(await checksum()).toEqual(before);
  });

  it('that was damaged is refused before anything is written', async () => {
    const path = await taken('damaged');
    appendFileSync(join(path, 'referral.entry.copy.gz'), 'x');
    expect(await restored(path, '--replace')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/referral\.entry\.copy\.gz is not as it was written. Nothing was restored/),
    });
  });

  it('that is unfinished is refused', async () => {
    const path = await taken('unfinished');
    rmSync(join(path, 'manifest.json'));
    expect(await restored(path, '--replace')).toMatchObject({
      code: 1,
      said: expect.stringContaining('no finished backup'),
    });
  });

  it('does not replace a database that is not empty, unless told to', async () => {
    expect(await restored(await taken('whole'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('with --replace'),
    });
  });

  it('that lacks what was recorded since takes its place only where that is accepted', async () => {
    const path = await taken('older');
    await platform.rows(
      'referral',
      `insert into entry (id, kind, subject, version, type, actor, data, time, nonce) values
        (gen_random_uuid(), 'referral', gen_random_uuid(), 1, 'referral.sent.v1', '{"kind":"system"}', '{}', now(), '\\x00')`,
    );
    const entries = async () =>
      (await platform.rows<{ count: string }>('referral', 'select count(*) from entry'))[0]?.count;
    expect(await restored(path, '--replace')).toMatchObject({
      code: 1,
      out: expect.stringContaining('referral: BEHIND: the database that is there has 1 entries more'),
      said: expect.stringMatching(
        /nothing was put in place: the backup lacks what was recorded in referral since.*--accept-loss/,
      ),
    });
    expect(await entries()).toBe('1');
    const accepted = await restored(path, '--replace', '--accept-loss');
    expect(accepted.code, accepted.said).toBe(0);
    expect(await entries()).toBe('0');
  });

  it('is not put where something is', async () => {
    const path = await taken('first');
    expect(await platform.type(backup, '--out', path)).toMatchObject({
      code: 1,
      said: expect.stringContaining('holds something'),
    });
  });

  it('of another schema than this version has is refused', async () => {
    const path = await taken('newer');
    const manifest = await readManifest(path);
    manifest.databases.referral!.migrations.push({ sha256: 'f'.repeat(64), createdAt: 1 });
    writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
    expect(await restored(path, '--replace')).toMatchObject({
      code: 1,
      said: expect.stringContaining('other migrations'),
    });
  });

  it.each([['--in', 'x'], [], ['--out', 'x', '--only', 'nobody']])(
    'that is asked for wrongly (%s %s) is explained',
    async (...words) => {
      expect(await platform.type(backup, ...words.filter(Boolean))).toMatchObject({
        code: 2,
        said: expect.stringContaining('rohnamo backup --out'),
      });
      expect(readdirSync(folder)).not.toContain('x');
    },
  );
});

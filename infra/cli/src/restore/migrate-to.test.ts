import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referral } from '@rohnamo/referral/service';
import { expect, test } from 'vitest';
import { migrationsAsBackedUp } from './migrate-to.ts';

const folder = fileURLToPath(referral.migrationsFolder);
const { entries } = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as {
  entries: { tag: string; when: number }[];
};
const sha256 = (text: Buffer) => createHash('sha256').update(text).digest('hex');
const today = entries.map(({ tag, when }) => ({
  sha256: sha256(readFileSync(join(folder, `${tag}.sql`))),
  createdAt: when,
}));
/** What stood for 0009 to 0013 for some days, and has the same schema. */
const mended = join(folder, '..', 'test', 'landed', '0009_whole_life_mended.sql');

test('a backup is restored by the migrations that it names, or by those that stand for them today', async () => {
  const other = { sha256: sha256(readFileSync(mended)), createdAt: 1795807512424 };
  const ofSomeTime = [
    today,
    today.slice(0, 12),
    [...today.slice(0, 9), other],
    [...today.slice(0, 9), other, ...today.slice(14)],
  ];
  const made = await Promise.all(ofSomeTime.map((wanted) => migrationsAsBackedUp('referral', wanted)));
  await Promise.all(made.map(({ dispose }) => dispose()));
  expect(made).toHaveLength(ofSomeTime.length);
});

test('one of other migrations is refused', async () => {
  const other = { sha256: 'f'.repeat(64), createdAt: 1 };
  for (const wanted of [[...today, other], [...today.slice(0, 9), other], today.slice(1)])
    await expect(migrationsAsBackedUp('referral', wanted)).rejects.toThrow('with other migrations');
});

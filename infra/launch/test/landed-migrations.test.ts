import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspaceRoot } from '../src/workspace-root.ts';

interface Entry {
  idx: number;
  when: number;
  tag: string;
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rohnamo-migrations-'));
  for (const folder of globSync('services/*/migrations', { cwd: workspaceRoot }))
    cpSync(join(workspaceRoot, folder), join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const folder = () => join(root, 'services', 'referral', 'migrations');
const journalFile = () => join(folder(), 'meta', '_journal.json');
const entries = () => (JSON.parse(readFileSync(journalFile(), 'utf8')) as { entries: Entry[] }).entries;
const writeEntries = (changed: readonly Entry[]) =>
  writeFileSync(journalFile(), JSON.stringify({ version: '7', dialect: 'postgresql', entries: changed }));
const fileOf = (tag: string) => join(folder(), `${tag}.sql`);

function git(...args: string[]): void {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: root, encoding: 'utf8' });
  expect({ args, status, stderr: status === 0 ? '' : stderr }).toEqual({ args, status: 0, stderr: '' });
}

function commitAll(message = 'all that is there'): void {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '-m', message);
}

function land(): void {
  git('init', '--quiet', '--initial-branch=main');
  commitAll();
}

function check(where = root) {
  const script = join(workspaceRoot, 'infra', 'launch', 'src', 'verify', 'migrations', 'main.ts');
  const { status, stdout } = spawnSync(process.execPath, [script, where], { encoding: 'utf8' });
  return { status, stdout };
}

function addMigration(tag: string, when: number): void {
  writeFileSync(fileOf(tag), 'select 1;');
  writeEntries([...entries(), { idx: entries().length, when, tag }]);
}

const nextTag = (name: string) => `${String(entries().length).padStart(4, '0')}_${name}`;
const newest = () => entries().at(-1) ?? expect.fail('there are migrations');

test('what is in this workspace is as it landed', () => {
  expect(check(workspaceRoot)).toMatchObject({ status: 0 });
});

test('what has landed may stand beside new ones that are later', () => {
  land();
  addMigration(nextTag('new'), newest().when + 1);
  expect(check()).toEqual({ status: 0, stdout: '' });
});

test.each<[string, () => void, RegExp]>([
  [
    'a changed statement',
    () => writeFileSync(fileOf('0008_counted_by_an_index'), 'select 2;'),
    /0008_counted_by_an_index\.sql was changed/,
  ],
  ['a removed file', () => rmSync(fileOf('0012_who_wrote_it')), /0012_who_wrote_it\.sql is gone or renamed/],
  [
    'a renamed file',
    () => {
      renameSync(fileOf('0012_who_wrote_it'), fileOf('0012_another_name'));
      writeEntries(entries().map((one) => (one.idx === 12 ? { ...one, tag: '0012_another_name' } : one)));
    },
    /0012_who_wrote_it\.sql is gone or renamed/,
  ],
  [
    'another time',
    () => writeEntries(entries().map((one) => (one.idx === 11 ? { ...one, when: one.when + 1 } : one))),
    /0011_consents_end stands at idx 11, when \d+ in meta\/_journal\.json, but landed at/,
  ],
  ['a lost entry', () => writeEntries(entries().slice(0, -1)), /has no entry in meta\/_journal\.json any more/],
  [
    'a new one that is not later than the last that landed',
    () => addMigration(nextTag('new'), newest().when),
    /not later than/,
  ],
  [
    'a new one among the old',
    () => {
      const [first, ...rest] = entries();
      if (first === undefined) expect.fail('there are migrations');
      writeFileSync(fileOf('0001_between'), 'select 1;');
      writeEntries([
        first,
        { idx: 1, when: first.when + 1, tag: '0001_between' },
        ...rest.map((one) => ({ ...one, idx: one.idx + 1 })),
      ]);
    },
    /0001_grants stands at idx 2/,
  ],
  ['a file that nobody applies', () => writeFileSync(fileOf('0099_stray'), 'select 1;'), /is never applied/],
])('%s fails the check, in the work tree and once it is committed upon what landed', (_what, plant, complaint) => {
  land();
  plant();
  const inTree = check();
  commitAll('a change');
  expect([inTree, check()]).toEqual([
    { status: 1, stdout: expect.stringMatching(complaint) },
    { status: 1, stdout: expect.stringMatching(complaint) },
  ]);
});

test('what is excused is one migration of one commit, and no other of its name', () => {
  // 0009_whole_life_mended has a later time than 0013_used_consents.
  git('init', '--quiet', '--initial-branch=main');
  const mended = { idx: 9, when: 1795807512424, tag: '0009_whole_life_mended' };
  writeFileSync(fileOf(mended.tag), 'select 1;');
  const all = entries();
  writeEntries([...all.slice(0, 9), mended]);
  commitAll('with it');
  rmSync(fileOf(mended.tag));
  writeEntries(all);
  commitAll('without it');
  expect(check().stdout).toContain('0009_whole_life_mended.sql is gone or renamed'); // only the commit that is named is excused
});

test('what is on a branch and has not landed may still change; a clone compares with what its origin has', () => {
  land();
  git('checkout', '--quiet', '-b', 'work');
  git('update-ref', 'refs/remotes/origin/main', 'main');
  addMigration(nextTag('draft'), newest().when + 1);
  const { tag } = newest();
  commitAll('a draft');
  writeFileSync(fileOf(tag), 'select 3;');
  expect(check()).toEqual({ status: 0, stdout: '' });
  git('update-ref', 'refs/remotes/origin/main', 'work');
  expect(check().stdout).toContain(`${tag}.sql was changed`);
});

test('without a history it says that nothing was compared, and still looks at order', () => {
  expect(check()).toEqual({ status: 0, stdout: expect.stringContaining('this folder is not a git clone') });
  addMigration(nextTag('new'), newest().when);
  expect(check()).toEqual({ status: 1, stdout: expect.stringContaining('not later than that of') });
});

test('a shallow clone says so', () => {
  land();
  commitAll('another');
  const folderOfClone = mkdtempSync(join(tmpdir(), 'rohnamo-migrations-shallow-'));
  try {
    git('clone', '--quiet', '--depth=1', `file://${root}`, join(folderOfClone, 'clone'));
    expect(check(join(folderOfClone, 'clone'))).toEqual({ status: 0, stdout: expect.stringContaining('shallow') });
  } finally {
    rmSync(folderOfClone, { recursive: true });
  }
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JournalEntry, Landed, MigrationsOf } from './landed.ts';

const sqlFiles = 'services/*/migrations/*.sql';
const journals = 'services/*/migrations/meta/_journal.json';
const mainRefs = ['origin/main', 'main', 'HEAD'];

/** What main's history tells, or why it tells nothing; `note` where it tells not all. */
export type History = { landed: readonly Landed[]; note?: string } | { unknown: string };

/** Every migration in the first-parent history of main, as it was when it first came. */
export function landedIn(root: string): History {
  if (!existsSync(join(root, '.git'))) return { unknown: 'this folder is not a git clone' };
  const ref = mainRefs.find((name) => git(root, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]) !== undefined);
  if (ref === undefined) return { unknown: 'git cannot be asked here: it is not installed, the folder is another user’s, or nothing is committed' };
  const log = git(root, [
    'log',
    '--first-parent',
    '-m',
    '--reverse',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--format=commit %H',
    ref,
    '--',
    `:(glob)${sqlFiles}`,
    `:(glob)${journals}`,
  ]);
  if (log === undefined) return { unknown: `git cannot read the history of ${ref}` };
  const isShallow = git(root, ['rev-parse', '--is-shallow-repository'])?.trim() === 'true';
  const landed = firstOfEach(changesIn(log), (blob) => journalIn(git(root, ['cat-file', 'blob', blob]) ?? ''));
  return isShallow ? { landed, note: 'this clone is shallow, so only what it has of the history counts' } : { landed };
}

/** The migrations as they stand in the work tree. */
export function migrationsIn(root: string): MigrationsOf[] {
  return globSync('services/*/migrations', { cwd: root })
    .sort()
    .map((folder) => {
      const journal = join(root, folder, 'meta', '_journal.json');
      return {
        service: serviceOf(folder),
        journal: existsSync(journal) ? journalIn(readFileSync(journal, 'utf8')) : [],
        texts: new Map(
          globSync('*.sql', { cwd: join(root, folder) })
            .sort()
            .map((file) => [basename(file, '.sql'), blobOf(readFileSync(join(root, folder, file)))]),
        ),
      };
    });
}

interface Change {
  commit: string;
  path: string;
  /** Undefined: the file was taken away. */
  blob: string | undefined;
}

/** Reads `git log --raw`: `:100644 100644 <old> <new> M<tab>path`. */
function changesIn(log: string): Change[] {
  let commit = '';
  return log.split('\n').flatMap((line) => {
    if (line.startsWith('commit ')) commit = line.slice('commit '.length);
    const [, blob = '', status, path] = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*\t(.+)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ commit, path, blob: status === 'D' ? undefined : blob }];
  });
}

function firstOfEach(changes: readonly Change[], readJournal: (blob: string) => JournalEntry[]): Landed[] {
  const entries = new Map<string, JournalEntry>();
  const files = new Map<string, Omit<Landed, 'entry'>>();
  for (const { commit, path, blob } of changes) {
    if (blob === undefined) continue;
    const service = serviceOf(path);
    if (path.endsWith('.json')) {
      for (const entry of readJournal(blob)) {
        const key = `${service}/${entry.tag}`;
        if (!entries.has(key)) entries.set(key, entry);
      }
    } else {
      const tag = basename(path, '.sql');
      const key = `${service}/${tag}`;
      if (!files.has(key)) files.set(key, { service, tag, commit, text: blob });
    }
  }
  return [...files].map(([key, file]) => ({ ...file, entry: entries.get(key) }));
}

const serviceOf = (path: string): string => path.split('/')[1] ?? '';

const journalIn = (text: string): JournalEntry[] => (JSON.parse(text) as { entries: JournalEntry[] }).entries; // written by drizzle-kit

/** What git calls this content. */
const blobOf = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

function git(root: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  return status === 0 ? stdout : undefined;
}

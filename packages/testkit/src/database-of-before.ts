import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from './test-database.ts';

interface Migrations {
  service: string;
  migrationsFolder: string;
}

/** A database of a service as it was before one of its migrations, named without its number, was applied. */
export async function databaseOfBefore(
  name: string,
  {
    service,
    migrationsFolder,
    migrate,
  }: Migrations & { migrate: (folder: Migrations & { ownerUrl: string }) => Promise<void> },
): Promise<TestDatabase> {
  const before = mkdtempSync(join(tmpdir(), 'rohnamo-before-'));
  try {
    const journalFile = join('meta', '_journal.json');
    const journal = JSON.parse(readFileSync(join(migrationsFolder, journalFile), 'utf8')) as {
      entries: { tag: string }[]; // written by drizzle-kit
    };
    const entries = journal.entries.slice(
      0,
      journal.entries.findIndex((entry) => entry.tag.replace(/^\d+_/, '') === name),
    );
    mkdirSync(join(before, 'meta'));
    writeFileSync(join(before, journalFile), JSON.stringify({ ...journal, entries }));
    for (const entry of entries) cpSync(join(migrationsFolder, `${entry.tag}.sql`), join(before, `${entry.tag}.sql`));
    return await testDatabase({
      service,
      migrationsFolder: before,
      migrate: (ownerUrl) => migrate({ service, migrationsFolder: before, ownerUrl }),
    });
  } finally {
    rmSync(before, { recursive: true });
  }
}

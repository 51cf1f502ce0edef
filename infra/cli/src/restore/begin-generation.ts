import type { Client } from 'pg';

/**
 * Begins another life of a restored journal: positions behind the backup will be of other entries than before, so nobody may go on
 * from where they were. A backup of before lives were kept has no table of them: it is made here, and the migration finds it.
 */
export async function beginGeneration(restored: Client): Promise<void> {
  await restored.query(`
    create table if not exists generation (id uuid primary key, restored_at timestamp (3) with time zone);
    delete from generation;
    insert into generation (id, restored_at) values (gen_random_uuid(), now())`);
}

import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem, type } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { workspaceRoot } from '@rohnamo/launch';
import pg from 'pg';

/** On what it was measured, and whether the machine had anything else to do. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  postgres: string;
  kafka: string;
  /** Of Postgres: what makes a commit durable. */
  durability: string;
  /** Processes that wanted a core when the run began, over the last minute. */
  loadBefore: number;
  isQuiet: boolean;
}

/** Take `loadBefore` before anything is started. */
export async function describeMachine({
  superuserUrl,
  loadBefore,
}: {
  superuserUrl: string;
  loadBefore: number;
}): Promise<Machine> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const { rows } = await client.query<{ version: string; durability: string }>(
    `select current_setting('server_version') as version,
       format('fsync %s, synchronous_commit %s', current_setting('fsync'), current_setting('synchronous_commit')) as durability`,
  );
  await client.end();
  const cores = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: type(),
    node: process.versions.node,
    postgres: rows[0]?.version ?? 'unknown',
    kafka: kafkaVersion(),
    durability: rows[0]?.durability ?? 'unknown',
    loadBefore,
    isQuiet: loadBefore < cores.length * 0.25,
  };
}

export const loadNow = (): number => loadavg()[0] ?? 0;

/** As the one place says that both kinds of broker are made from. */
function kafkaVersion(): string {
  const pom = readFileSync(join(workspaceRoot, 'infra', 'kafka', 'pom.xml'), 'utf8');
  return /<kafka\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
}

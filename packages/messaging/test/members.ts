import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { parcelChange, scratchJournal } from '@rohnamo/journal/testing';
import { eventually } from '@rohnamo/testkit';
import type { MemberPlan } from './member.ts';

const program = new URL('./member.ts', import.meta.url).pathname;
const subjectCount = 40;
const arrivesWithinMs = 120_000;

/** A process that can be killed, or stand still and go on. */
export interface Member {
  /** The signal that ended it, or its exit code. */
  ended: Promise<NodeJS.Signals | number>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Lets it finish what it has begun. */
  stop(): Promise<void>;
}

/** A journal whose entries are recorded here, a database for the effects of their events, and processes between the two. */
export async function company(brokers: readonly string[] | null, onEnd: (work: () => Promise<void>) => void) {
  const [facts, effects] = await Promise.all([scratchJournal(), scratchJournal()]);
  const running = new Set<ChildProcess>();
  onEnd(async () => {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all([...running].map((child) => once(child, 'close')));
    await Promise.all([facts.stop(), effects.stop()]);
  });
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const ids = Array.from({ length: subjectCount }, () => randomUUID());
  let versions = 0;

  /** Starts a process, and answers when it is at work; it dies where it is armed to. */
  const start = async (does: 'publishes' | 'hears' | 'both', crashAt = ''): Promise<Member> => {
    const plan: MemberPlan = {
      brokers,
      prefix,
      publishes: does === 'hears' ? null : facts.database.appUrl,
      hears: does === 'publishes' ? null : effects.database.appUrl,
    };
    const child = spawn(process.execPath, [program, JSON.stringify(plan)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ROHNAMO_CRASH_AT: crashAt },
    });
    running.add(child);
    const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number);
    void once(child, 'close').then(() => running.delete(child));
    const saysSo = once(child.stdout, 'data');
    const outcome = await Promise.race([saysSo.then(() => 'at work'), ended]);
    if (outcome !== 'at work') throw new Error(`a member ended at once: ${outcome}`);
    return {
      ended,
      signal: (signal) => void child.kill(signal),
      async stop() {
        child.kill('SIGTERM');
        const how = await ended;
        if (how !== 0) throw new Error(`a member did not stop, but ended with ${how}`);
      },
    };
  };

  const countOf = async (pool: typeof facts.pool, table: 'place' | 'permit' | 'parked'): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`);
    return rows[0]!.count;
  };

  /** Another version of each subject. */
  const write = async (): Promise<void> => {
    const expected = versions++;
    await Promise.all(ids.map((id) => facts.journal.record({ changes: [parcelChange(id, expected)] })));
  };
  const isPlaced = async () => (await countOf(facts.pool, 'place')) === versions * ids.length;

  return {
    start,
    write,
    /** Writes on until the member has died, each version after the one before it has its place; and answers of what it died. */
    async writeUntilDeathOf({ ended }: Member): Promise<NodeJS.Signals | number> {
      let death: NodeJS.Signals | number | undefined;
      void ended.then((how) => (death = how));
      while (death === undefined) {
        await write();
        await eventually(async () => death !== undefined || (await isPlaced()), { withinMs: arrivesWithinMs });
      }
      return death;
    },
    /** Writes on until some of it has had its effects. */
    async writeUntilSomeArrive(): Promise<void> {
      await eventually(
        async () => {
          await write();
          return (await countOf(effects.pool, 'permit')) > ids.length;
        },
        { withinMs: arrivesWithinMs, everyMs: 250 },
      );
    },
    /** Who holds the leases now, by their names. */
    async leaders(): Promise<Map<string, string>> {
      const { rows } = await facts.pool.query<{ name: string; holder: string }>(
        'select name, holder from lease where expires_at > now()',
      );
      return new Map(rows.map(({ name, holder }) => [name, holder]));
    },
    /** What is not as it should be once all has arrived: each event has one effect, a subject's in order; positions have no gap; nothing is parked. */
    async violations(members: readonly Member[]): Promise<string[]> {
      const total = versions * ids.length;
      await eventually(async () => (await countOf(effects.pool, 'permit')) >= total, { withinMs: arrivesWithinMs });
      await Promise.all(members.map((member) => member.stop()));
      const violations: string[] = [];
      const expectSame = (what: string, found: unknown, expected: unknown) => {
        if (JSON.stringify(found) !== JSON.stringify(expected)) violations.push(`${what}: ${JSON.stringify(found)}`);
      };
      const { rows: done } = await effects.pool.query<{ state: string }>(
        'select state from unplaced join entry using (id) join permit on permit.id = entry.subject order by "order"',
      );
      const bySubject = Map.groupBy(done, ({ state }) => state.split(' ')[0]);
      const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
      for (const id of ids)
        expectSame(
          `effects of ${id}`,
          bySubject.get(id)?.map(({ state }) => Number(state.split(' ')[1])),
          upTo(versions),
        );
      const { rows: places } = await facts.pool.query<{ position: string }>('select position from place order by 1');
      expectSame(
        'positions',
        places.map(({ position }) => Number(position)),
        upTo(total),
      );
      expectSame('effects', done.length, total);
      expectSame('parked', await countOf(effects.pool, 'parked'), 0);
      return violations;
    },
  };
}

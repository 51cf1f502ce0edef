import type { crashPoint } from '@rohnamo/journal';
import { eventually } from '@rohnamo/testkit';
import { describe, expect, it, type TestContext } from 'vitest';
import { company } from './members.ts';

/** Where a process dies: at a crash point, the nth time that it is there. */
type Death = `${Parameters<typeof crashPoint>[0]}:${number}`;
/** Null where there is no broker: one process publishes and hears. */
type Brokers = (() => Promise<readonly string[]>) | null;

const timeout = 300_000;
const standsStillWithinMs = 60_000;

/**
 * What every transport keeps when processes die in the middle of their work. Each case has a journal, a consumer and processes of
 * its own, side by side: most of its time is that of a lease or a session, 10 s.
 */
export function transportOutlivesProcesses(
  name: string,
  { brokers, deaths }: { brokers: Brokers; deaths: Record<'publishes' | 'hears', readonly Death[]> },
): void {
  const outlived = async (victim: 'publishes' | 'hears', death: Death, { onTestFinished }: TestContext) => {
    const at = await company((await brokers?.()) ?? null, onTestFinished);
    const role = brokers === null ? 'both' : victim;
    const others = brokers === null ? [] : [await at.start(victim === 'hears' ? 'publishes' : 'hears')];
    const diedOf = await at.writeUntilDeathOf(await at.start(role, death));
    await at.write();
    const successor = await at.start(role);
    await at.write();
    return { diedOf, violations: await at.violations([...others, successor]) };
  };
  const allKept = { diedOf: 'SIGKILL', violations: [] };

  describe.concurrent(`${name}, when processes are killed`, { timeout }, () => {
    it.for(deaths.publishes)(
      'has each event arrive once, in order, when the process that publishes is killed (%s)',
      async (death, context) => {
        expect(await outlived('publishes', death, context)).toEqual(allKept);
      },
    );

    it.for(deaths.hears)(
      'has each event arrive once, in order, when a consumer is killed (%s)',
      async (death, context) => {
        expect(await outlived('hears', death, context)).toEqual(allKept);
      },
    );
  });
}

/** What processes keep that share a journal and a group, as replicas over a broker do. */
export function transportOutlivesFrozenLeader(name: string, brokers: () => Promise<readonly string[]>): void {
  describe.concurrent(`${name}, when its leader stands still`, { timeout }, () => {
    it('has each event arrive once, in order, when a leader stands still until another leads, and wakes', async ({
      onTestFinished,
    }) => {
      const at = await company(await brokers(), onTestFinished);
      const leader = await at.start('both');
      const before = await eventually(async () => {
        const leaders = await at.leaders();
        return leaders.size === 2 && leaders;
      });
      const other = await at.start('both');
      await at.writeUntilSomeArrive();
      await at.write();
      leader.signal('SIGSTOP');
      await at.write();
      await eventually(
        async () => {
          const leaders = await at.leaders();
          return [...before].every(([lease, holder]) => leaders.has(lease) && leaders.get(lease) !== holder);
        },
        { withinMs: standsStillWithinMs },
      );
      await at.write();
      leader.signal('SIGCONT');
      await at.write();
      expect(await at.violations([leader, other])).toEqual([]);
    });
  });
}

/** The same without a broker, where no other can lead: two processes over one journal and group are not its deployment. */
export function transportOutlivesStandstill(name: string): void {
  describe.concurrent(`${name}, when its one process stands still`, { timeout }, () => {
    it('has each event arrive once, in order, when its one process stands still beyond its leases, and wakes', async ({
      onTestFinished,
    }) => {
      const at = await company(null, onTestFinished);
      const alone = await at.start('both');
      await at.writeUntilSomeArrive();
      await at.write();
      alone.signal('SIGSTOP');
      await at.write();
      await eventually(async () => (await at.leaders()).size === 0, { withinMs: standsStillWithinMs });
      await at.write();
      alone.signal('SIGCONT');
      await at.write();
      expect(await at.violations([alone])).toEqual([]);
    });
  });
}

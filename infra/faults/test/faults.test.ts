import { setTimeout as pause } from 'node:timers/promises';
import { Checkpoint } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Drive, driveHandoffs } from '../src/drive-handoffs.ts';
import { type Installation, startInstallation } from '../src/installation.ts';
import { type Call, type IntegratorOptions, patientCaller, plainCaller, type Try } from '../src/integrator.ts';
import { startLoadBalancer } from '../src/load-balancer.ts';
import { gatherParties, type Parties } from '../src/parties.ts';
import { reckoningOf } from '../src/take-stock.ts';

const NewestCheckpoint = z.object({ checkpoint: Checkpoint.nullable() });

const handoffCount = 200;
/** Longer than a lease, which is 10 s. */
const frozenMs = 15_000;
/** The longest that a request may take before it is answered with 503. */
const honestWithinMs = 30_000;

/** One installation for all of it, with a broker of its own, which is killed. */
let installation: Installation;
let parties: Parties;
beforeAll(async () => {
  const environment = { referral: { DRAIN_SECONDS: '2' } };
  installation = await startInstallation({ replicas: { referral: 2 }, environment });
  parties = await gatherParties(installation);
}, 240_000);
afterAll(() => installation.stop(), 60_000);

interface Driving extends Partial<IntegratorOptions> {
  /** By clients that repeat what was not answered, unless said otherwise. */
  caller?: (options: IntegratorOptions) => Call;
  perSecond?: number;
}

/** 200 handoffs at the referral service. */
async function drive({ caller = patientCaller, perSecond, ...options }: Driving = {}): Promise<Drive> {
  const { issuer, replicasOf } = installation;
  const urls = () => replicasOf('referral').map(({ url }) => url);
  const as = (who: 'referrer' | 'facility') =>
    caller({ issuer, credentials: parties.credentials[who], urls, ...options });
  return driveHandoffs({
    people: await parties.register(handoffCount),
    offeringId: parties.offeringId,
    referrer: as('referrer'),
    facility: as('facility'),
    ...(perSecond === undefined ? {} : { perSecond }),
  });
}

/** Of 200 handoffs there are 400 answers. */
const answered = (run: Drive, count: number) => eventually(() => run.answeredCount() >= count, { withinMs: 60_000 });
const halfway = (run: Drive) => answered(run, handoffCount);
const databaseLinks = () =>
  (['referral', 'notifications'] as const).flatMap((service) =>
    installation.replicasOf(service).map(({ databaseLink }) => databaseLink),
  );

/** What became of all of them, when all have come to rest. */
const reckoned = async (run: Drive) => reckoningOf(await run.done, { installation, parties });
const allKept = { handoffCount, violations: [] };

/** Clients that try once, at a load balancer in front of the referral service. */
async function throughBalancer() {
  const balancer = await startLoadBalancer(installation.replicasOf('referral').map(({ url }) => url));
  const allReady = () => eventually(() => balancer.readyCount() === installation.replicasOf('referral').length);
  await allReady();
  const tries: Try[] = [];
  const plainly = { caller: plainCaller, urls: () => [balancer.url], onTry: (one: Try) => void tries.push(one) };
  return { balancer, allReady, plainly, failed: () => tries.filter(({ status }) => status !== 200) };
}

async function killAndRestart(service: 'referral' | 'notifications'): Promise<void> {
  const all = installation.replicasOf(service);
  await Promise.all(all.map((replica) => replica.kill()));
  await Promise.all(all.map((replica) => replica.start()));
}

describe('each of 200 handoffs arrives, once, in order, and is proved', { timeout: 180_000 }, () => {
  it('when the leader, every process of referral, notifications and every database connection are killed in turn', async () => {
    const [leader] = installation.replicasOf('referral');
    const run = await drive({ perSecond: 10 });
    await answered(run, handoffCount / 4);
    await leader!.kill();
    await leader!.start();
    await answered(run, handoffCount / 2);
    await killAndRestart('referral');
    await answered(run, handoffCount);
    await killAndRestart('notifications');
    await answered(run, (handoffCount * 3) / 2);
    for (const link of databaseLinks()) link.reset();
    expect(await reckoned(run)).toMatchObject(allKept);
  });

  it('when the broker is killed, and no request fails', async () => {
    const { balancer, plainly, failed } = await throughBalancer();
    const run = await drive({ ...plainly, perSecond: 20 });
    await halfway(run);
    const [broker] = installation.brokers;
    await broker!.kill();
    await broker!.restart();
    expect(await reckoned(run)).toMatchObject(allKept);
    expect(failed()).toEqual([]);
    await balancer.stop();
  });

  it('when the links to the databases swallow everything, and then every answer is 503 within 30 s', async () => {
    const tries: Try[] = [];
    const run = await drive({ answerWithinMs: 2 * honestWithinMs, onTry: (one) => tries.push(one) });
    await halfway(run);
    for (const link of databaseLinks()) link.blackHole();
    await eventually(() => tries.some(({ status }) => status === 503), { withinMs: 2 * honestWithinMs });
    for (const link of databaseLinks()) link.resume();
    expect(await reckoned(run)).toMatchObject(allKept);
    const failed = tries.filter(({ status }) => status !== 200);
    expect(new Set(failed.map(({ status }) => status))).toEqual(new Set([503]));
    expect(Math.max(...failed.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(honestWithinMs);
  });

  it('when the process that leads stands still for 15 s, another takes over, and it wakes', async () => {
    const [leader] = installation.replicasOf('referral');
    await installation.letLead(leader!);
    const run = await drive({ perSecond: handoffCount / (frozenMs / 1000), answerWithinMs: 2000 });
    await eventually(() => run.answeredCount() > 0);
    leader!.freeze();
    await pause(frozenMs);
    leader!.thaw();
    expect(await reckoned(run)).toMatchObject(allKept);
  });

  it('when its processes are replaced one after the other, and no request fails', async () => {
    const replicas = installation.replicasOf('referral');
    const { balancer, allReady, plainly, failed } = await throughBalancer();
    const run = await drive({ ...plainly, perSecond: 20 });
    const reader = plainCaller({ issuer: installation.issuer, credentials: parties.credentials.auditor, ...plainly });
    let isReplaced = false;
    const read = async () => {
      while (!isReplaced) await reader('/v1/journal/checkpoint', { answer: NewestCheckpoint });
    };
    const reading = Promise.allSettled([read(), read(), read(), read()]);
    for (const replica of replicas) {
      expect(await replica.stop()).toBe('ended with code 0');
      await replica.start();
      await allReady();
    }
    isReplaced = true;
    await reading;
    expect(await reckoned(run)).toMatchObject(allKept);
    expect(failed()).toEqual([]);
    await balancer.stop();
  });
});

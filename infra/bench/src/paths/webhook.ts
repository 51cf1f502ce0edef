import type { IssuedSubscription } from '@rohnamo/contracts';
import type { Hook } from '../ceiling/ceiling.ts';
import { startWebhookLoad, type WebhookVolley } from '../load/webhooks.ts';
import { checksOf } from '../measure/aim.ts';
import type { Figures, Row } from '../measure/figures.ts';
import { startMeter } from '../measure/meter.ts';
import { alternate } from '../measure/turn.ts';
import { startCeiling } from '../world/ceilings.ts';
import { facilityIds, idOf } from '../world/ids.ts';
import { seedPeople, seedPlaces } from '../world/seed-referral.ts';
import { setStage } from '../world/stage.ts';
import { newTopicPrefix, type World } from '../world/world.ts';
import { asFacility, asReferrer } from './clients.ts';
import { labelOf } from './compare.ts';
import type { HotPath } from './path.ts';
import { newReferral } from './refer.ts';

const perSecond = 200;
const pacedLabel = `${perSecond} a second`;
const inStepLabel = (callers: number) => `in step, ${labelOf(callers)}`;
const ratioMin = 0.5;
const p50RatioMax = 2;
/** More people than the product can refer in a run. */
const peopleCount = 60_000;

interface Side {
  url: string;
  pids: readonly number[];
  numbers: { from: number; to: number };
  settle?: () => Promise<number>;
}

export const webhook: HotPath = {
  name: 'webhook',
  title: '201 of a referral, until its signed webhook arrives',
  about: `Each of ten facilities has a subscription. Durations are from the answer to the webhook; in step, each caller sends its next referral when the webhook of its last has come, so that no backlog grows. The product: referral and notifications with all they write (entry, position, notices, delivery, receipt). The ceiling answers at once, then kafkajs produces, consumes, and undici posts, signed; it keeps nothing.`,
  async measure(bench) {
    const { world, seconds, stops, profileFolder, concurrency = [64] } = bench;
    const stage = await setStage(world, {
      services: ['referral', 'notifications'],
      seed: {
        referral: async (query) => {
          await seedPlaces(query);
          await seedPeople(query, { from: 0, to: peopleCount });
        },
      },
      profileFolder,
    });
    stops.add('the services', () => stage.stop());
    const load = await startWebhookLoad(stops);
    const hooks = await subscribe(world, { at: stage.serviceOf('notifications').url, listener: load.url });
    const ceilingProcess = await startCeiling('webhook', {
      brokers: world.servers.brokers,
      topic: newTopicPrefix(),
      hooks,
    });
    stops.add('the ceiling', () => ceilingProcess.stop());
    const product: Side = {
      url: stage.serviceOf('referral').url,
      pids: [stage.serviceOf('referral').process.pid, stage.serviceOf('notifications').process.pid],
      numbers: { from: 0, to: peopleCount },
      settle: async () => (await stage.settle('referral')) + (await stage.settle('notifications')),
    };
    const ceiling: Side = {
      url: ceilingProcess.url,
      pids: [ceilingProcess.pid],
      numbers: { from: 0, to: Number.MAX_SAFE_INTEGER },
    };
    const bodies = facilityIds.map((_, index) =>
      JSON.stringify({ ...newReferral, offeringId: idOf('offering', index) }),
    );
    const headers = async () => ({
      ...(await asReferrer(world)),
      'content-type': 'application/json',
      'idempotency-key': 'refer-{n}',
    });

    const turn = async (side: Side, volley: Pick<WebhookVolley, 'pace' | 'headers'>): Promise<Figures> => {
      const { url, numbers } = side;
      const used = startMeter({ pids: side.pids, postgresPid: world.servers.pids.postgres });
      const shot = { method: 'POST', path: '/v1/referrals', status: 201, bodies, hooks } as const;
      const outcome = await load.fire({ ...shot, ...volley, url, seconds, numbers });
      if (outcome.done === 0) throw new Error(`no webhook came: ${outcome.failure ?? 'nobody is left to be referred'}`);
      const usage = used(outcome.done);
      numbers.from += outcome.used;
      const { p50Ms, p99Ms, failures } = outcome;
      const settleMs = side.settle === undefined ? null : await side.settle();
      return { perSecond: outcome.done / outcome.seconds, p50Ms, p99Ms, ...usage, settleMs, failures };
    };
    const compared = async (pace: WebhookVolley['pace']) => {
      const volley = { pace, headers: await headers() }; // the token lives five minutes
      return alternate({ product: () => turn(product, volley), ceiling: () => turn(ceiling, volley) });
    };

    const warmUp = { pace: { callers: 16 }, headers: await headers() };
    for (const side of [product, ceiling]) await turn(side, warmUp);
    const rows: Row[] = [{ label: pacedLabel, isPaced: true, ...(await compared({ perSecond })) }];
    for (const callers of concurrency) rows.push({ label: inStepLabel(callers), ...(await compared({ callers })) });
    return {
      rows,
      readings: [],
      checks: [
        ...checksOf(rows, { p50RatioMax, at: [pacedLabel] }),
        ...checksOf(rows, { ratioMin, at: concurrency.map(inStepLabel) }),
      ],
      ratioMin,
    };
  },
};

/** One subscription of the facilities' organisation for each of them, as its own system makes it. */
async function subscribe(world: World, { at, listener }: { at: string; listener: string }): Promise<Hook[]> {
  const headers = { ...(await asFacility(world)), 'content-type': 'application/json' };
  const hooks: Hook[] = [];
  for (const [index, facilityId] of facilityIds.entries()) {
    const url = `${listener}/hooks/${index}`;
    const response = await fetch(`${at}/v1/subscriptions`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ url, facilityIds: [facilityId], types: ['referral.sent.v1'] }),
    });
    if (response.status !== 201) throw new Error(`no subscription was made: ${await response.text()}`);
    const { secret = '' } = (await response.json()) as IssuedSubscription; // as its contract says
    hooks.push({ url, secret });
  }
  return hooks;
}

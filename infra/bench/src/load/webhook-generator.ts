import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentile } from '../measure/figures.ts';
import { type Arrivals, startArrivals } from './arrivals.ts';
import type { WebhookOutcome, WebhookVolley } from './webhooks.ts';

/** How long after a volley its last webhooks may still come. */
const patienceMs = 15_000;
const connections = 64;

const arrivals = await startArrivals();
process.on('message', (volley: WebhookVolley) => {
  void fire(arrivals, volley).then((outcome) => process.send?.(outcome));
});
process.send?.({ url: arrivals.url });

/** Sends referrals for some seconds, and waits for the webhook of each. */
async function fire(arrivals: Arrivals, volley: WebhookVolley): Promise<WebhookOutcome> {
  const { seconds, pace, numbers, hooks } = volley;
  const { unsignedCount } = arrivals.begin(new Map(hooks.map(({ url, secret }) => [new URL(url).pathname, secret])));
  const pool = new Pool(volley.url, { connections: 'callers' in pace ? pace.callers : connections, pipelining: 1 });
  const tally = { used: 0, durations: [] as number[], failures: 0, failure: null as string | null };
  const began = performance.now();
  const until = began + seconds * 1000;
  let lastCameAt = began;
  const isOver = () => performance.now() >= until || numbers.from + tally.used >= numbers.to;
  const giveUp = pause(seconds * 1000 + patienceMs, null, { ref: false });

  const one = async (): Promise<void> => {
    const index = tally.used;
    tally.used += 1;
    try {
      const id = await refer(pool, volley, numbers.from + index);
      const answeredAt = performance.now();
      const cameAt = await Promise.race([arrivals.of(id), giveUp]);
      if (cameAt === null) throw new Error('its webhook has not come');
      tally.durations.push(Math.max(0, cameAt - answeredAt)); // it may be here before the answer is read
      lastCameAt = Math.max(lastCameAt, cameAt);
    } catch (error) {
      tally.failures += 1;
      tally.failure ??= error instanceof Error ? error.message : String(error);
    }
  };

  if ('callers' in pace) {
    const callAgainAndAgain = async () => {
      while (!isOver()) await one();
    };
    await Promise.all(Array.from({ length: pace.callers }, callAgainAndAgain));
  } else {
    const sent: Promise<void>[] = [];
    while (!isOver()) {
      const dueMs = began + (sent.length * 1000) / pace.perSecond - performance.now();
      if (dueMs > 0) await pause(dueMs);
      else sent.push(one());
    }
    await Promise.all(sent);
  }
  await pool.close();
  const sorted = Float64Array.from(tally.durations).sort();
  return {
    done: sorted.length,
    seconds: (lastCameAt - began) / 1000,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    failures: tally.failures + unsignedCount(),
    failure: tally.failure ?? (unsignedCount() > 0 ? 'a webhook was not signed' : null),
    used: tally.used,
  };
}

/** Sends one referral. Answers its id. */
async function refer(
  pool: Pool,
  { method, path, headers, bodies, status }: WebhookVolley,
  number: number,
): Promise<string> {
  const digits = number.toString(16).padStart(12, '0');
  const named = (text: string) => text.replaceAll('{n}', digits);
  const response = await pool.request({
    method,
    path,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, named(value)])),
    body: named(bodies[number % bodies.length]!),
  });
  const text = await response.body.text();
  if (response.statusCode !== status) throw new Error(`${response.statusCode}: ${text}`);
  return (JSON.parse(text) as { id: string }).id; // a referral
}

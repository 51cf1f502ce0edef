import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StopList } from '@rohnamo/launch';
import type { Hook } from '../ceiling/ceiling.ts';
import type { Shot, VolleyOutcome } from './load.ts';

/** Referrals to be sent, and the webhooks to be waited for. */
export interface WebhookVolley extends Omit<Shot, 'path'> {
  path: string;
  url: string;
  /** Bodies, taken in turn; `{n}` stands for a number. */
  bodies: readonly string[];
  hooks: readonly Hook[];
  seconds: number;
  /** So many a second, whatever becomes of them; or by so many callers, each of whom goes on when the webhook of its last has come. */
  pace: { perSecond: number } | { callers: number };
  numbers: { from: number; to: number };
}

/** Durations are those from an answer to its webhook. A webhook that does not come, or is not signed, is a failure. */
export type WebhookOutcome = Omit<VolleyOutcome, 'cpuSeconds'>;

/** A process that sends referrals and is where their webhooks arrive, so that one clock tells both. */
export interface WebhookLoad {
  /** Where it wants to be called; any path below it. */
  url: string;
  fire(volley: WebhookVolley): Promise<WebhookOutcome>;
}

export async function startWebhookLoad(stops: StopList): Promise<WebhookLoad> {
  const child = fork(join(import.meta.dirname, 'webhook-generator.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  stops.add('the load with its webhooks', () => child.kill());
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the load has ended')));
  ended.catch(() => undefined); // whoever fires when it ends is told
  const next = async () => ((await Promise.race([once(child, 'message'), ended])) as [unknown])[0];
  const { url } = (await next()) as { url: string }; // as the generator sends it first
  return {
    url,
    async fire(volley) {
      child.send(volley);
      return (await next()) as WebhookOutcome; // as the generator answers
    },
  };
}

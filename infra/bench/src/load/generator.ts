import process from 'node:process';
import { Client, type Dispatcher } from 'undici';
import { percentile } from '../measure/figures.ts';
import type { Volley, VolleyOutcome } from './load.ts';

/** More than anything here answers in a second. */
const perSecondMax = 30_000;

/** Fires volleys for the process that forked it: every request is built before the first is sent, a connection for each caller. */
process.on('message', (volley: Volley) => {
  void fire(volley).then((outcome) => process.send?.(outcome));
});

async function fire(volley: Volley): Promise<VolleyOutcome> {
  const requests = requestsOf(volley);
  const clients = Array.from({ length: volley.concurrency }, () => new Client(volley.url, { pipelining: 1 }));
  const tally = { next: 0, durations: [] as number[], failures: 0, failure: null as string | null };
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const until = began + volley.seconds * 1000;
  await Promise.all(
    clients.map((client) => callAgainAndAgain(client, { requests, tally, until, status: volley.status })),
  );
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await Promise.all(clients.map((client) => client.close()));
  const sorted = Float64Array.from(tally.durations).sort();
  return {
    done: sorted.length,
    seconds,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    failures: tally.failures,
    failure: tally.failure,
    used: Math.min(tally.next, requests.length),
    cpuSeconds: (user + system) / 1e6,
  };
}

function requestsOf({ method, path, headers, body, numbers, seconds }: Volley): Dispatcher.DispatchOptions[] {
  const paths = severalOf(path);
  const bodies = severalOf(body ?? []);
  const numberCount = numbers.to - numbers.from;
  const countMax = Math.ceil(perSecondMax * seconds);
  const count = numbers.isCycle ? countMax : Math.min(numberCount, countMax);
  const entries = Object.entries(headers);
  return Array.from({ length: count }, (_, index) => {
    const number = (numbers.from + (index % numberCount)).toString(16).padStart(12, '0');
    const named = (text: string) => (text.includes('{n}') ? text.replaceAll('{n}', number) : text);
    return {
      method,
      path: named(paths[index % paths.length]!),
      headers: entries.flatMap(([name, value]) => [name, named(value)]),
      ...(bodies.length === 0 ? {} : { body: Buffer.from(named(bodies[index % bodies.length]!)) }),
    };
  });
}

const severalOf = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one);

interface Calling {
  requests: readonly Dispatcher.DispatchOptions[];
  tally: { next: number; durations: number[]; failures: number; failure: string | null };
  until: number;
  status: number;
}

/** One caller: the next request goes out when the last is answered. Resolves when the time is over or nothing is left. */
function callAgainAndAgain(client: Client, { requests, tally, until, status }: Calling): Promise<void> {
  return new Promise((resolve) => {
    let sentAt = 0;
    let answered = 0;
    let failed = '';
    const next = () => {
      sentAt = performance.now();
      const request = requests[tally.next];
      tally.next += 1;
      if (sentAt >= until || request === undefined) return resolve();
      client.dispatch(request, handler);
    };
    const fail = (why: string) => {
      tally.failures += 1;
      tally.failure ??= why;
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {
        failed = '';
      },
      onResponseStart(_controller, statusCode) {
        answered = statusCode;
      },
      onResponseData(_controller, chunk) {
        if (answered !== status) failed += chunk.toString('utf8').slice(0, 500);
      },
      onResponseEnd() {
        tally.durations.push(performance.now() - sentAt);
        if (answered !== status) fail(`${answered}: ${failed}`);
        queueMicrotask(next);
      },
      onResponseError(_controller, error) {
        fail(error.message);
        queueMicrotask(next);
      },
    };
    next();
  });
}

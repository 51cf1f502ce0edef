import type { Load } from '../load/load.ts';
import { startCeiling } from './ceilings.ts';

/** What the load can send at all, to a bare Fastify that says hello: no figure near it is to be believed. */
export interface Hello {
  perSecond: number;
  /** The share of one core that the load took for itself. */
  loadCores: number;
}

export async function sayHello(load: Load, { seconds }: { seconds: number }): Promise<Hello> {
  const hello = await startCeiling('hello');
  try {
    const volley = {
      url: hello.url,
      method: 'GET',
      path: '/hello',
      headers: {},
      status: 200,
      concurrency: 64,
      numbers: { from: 0, to: 1, isCycle: true },
    } as const;
    await load.fire({ ...volley, seconds: seconds / 2 });
    const { done, seconds: elapsed, cpuSeconds } = await load.fire({ ...volley, seconds });
    return { perSecond: done / elapsed, loadCores: cpuSeconds / elapsed };
  } finally {
    await hello.stop();
  }
}

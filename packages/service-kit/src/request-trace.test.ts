import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSampleApp, type SampleApp } from '../test/sample-app.ts';

let sample: SampleApp;
beforeAll(async () => {
  sample = await createSampleApp();
  await sample.app.listen({ port: 0 });
});
afterAll(() => sample.app.close());

describe('the trace of a request', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('goes on from the traceparent that came, with a span of our own', async () => {
    const response = await sample.app.inject({ url: '/open/trace', headers: { traceparent } });
    expect(response.headers['x-request-id']).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(response.json<{ traceparent: string }>().traceparent).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
    );
  });

  it('begins here where the header is not valid', async () => {
    const response = await sample.app.inject({ url: '/open/trace', headers: { traceparent: '00-0-0-0' } });
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is still there after a body that came in pieces', async () => {
    const { port } = sample.app.server.address() as AddressInfo;
    const body = new ReadableStream({
      async start(controller) {
        for (const piece of ['{"text":', '"x"}']) {
          controller.enqueue(new TextEncoder().encode(piece));
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
        }
        controller.close();
      },
    });
    const requests = Array.from({ length: 2 }, async (_unused, index) => {
      const id = String(index + 1).repeat(32);
      const response = await fetch(`http://127.0.0.1:${port}/open/echo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', traceparent: `00-${id}-b7ad6b7169203331-01` },
        ...(index === 0 ? { body, duplex: 'half' } : { body: '{}' }),
      });
      expect(((await response.json()) as { traceparent: string }).traceparent).toContain(id);
    });
    await Promise.all(requests);
  });
});

import { describe, expect, it } from 'vitest';
import { createSampleApp } from '../test/sample-app.ts';
import { createMetrics } from './metrics.ts';

describe('metrics', () => {
  it('count answers by method, route pattern and status, never by address', async () => {
    const { app, authorized } = await createSampleApp();
    await app.inject({ url: '/v1/notes/992000000001', headers: await authorized() });
    await app.inject('/v1/firuza');
    const { body, headers } = await app.inject('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain(
      'http_request_duration_seconds_count{service="notes",method="GET",route="/v1/notes/:id",status="200"} 1',
    );
    expect(body).toContain(
      'http_request_duration_seconds_count{service="notes",method="GET",route="unmatched",status="404"} 1',
    );
    expect(body).not.toMatch(/992000|firuza/);
    await app.close();
  });

  it('of several services in one process do not meet', async () => {
    const [first, second] = [createMetrics({ service: 'a' }), createMetrics({ service: 'b' })];
    first.httpAnswered({ method: 'GET', route: '/', status: 200, durationMs: 1 });
    expect(await second.registry.metrics()).not.toContain('http_request_duration_seconds_count');
  });

  it('hold those of the process', async () => {
    expect(await createMetrics({ service: 'a' }).registry.metrics()).toContain('nodejs_heap_size_total_bytes');
  });
});

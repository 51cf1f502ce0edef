import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Handoff } from './handoff.ts';
import type { ServiceName } from './stack-json.ts';

const services = ['registry', 'directory', 'referral', 'notifications', 'identity'] as const satisfies ServiceName[];

/** What is watched is said as it was found when it was asked before, which may be of the start. */
const patience = { timeout: 20_000, interval: 100 };

/** As much of an OpenAPI document as is looked at here. */
const OpenApi = z.looseObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.looseObject({ title: z.string().min(1), version: z.string().min(1) }),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ summary: z.string().min(1) }))),
});

export function describeWhatEveryServiceServes(handoff: () => Handoff): void {
  describe.each(services)('%s serves', (name) => {
    const ask = (path: string) => fetch(`${handoff().stack.services[name]}${path}`);

    it('/openapi.json: OpenAPI 3.1 with examples, whose references lead somewhere', async () => {
      const document = OpenApi.parse(await (await ask('/openapi.json')).json());
      const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
      expect(operations.length).toBeGreaterThan(3);
      expect(valuesOf(document, 'examples').length).toBeGreaterThan(3);
      for (const reference of valuesOf(document, '$ref').map(String))
        expect(found(document, reference), reference).toBeDefined();
    });

    it('/docs: a page to try it from', async () => {
      const page = await ask('/docs');
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(await page.text()).toContain('openapi.json');
    });

    it('/health/live, /health/ready and /metrics', async () => {
      expect(await (await ask('/health/live')).json()).toEqual({ status: 'alive' });
      await vi.waitFor(
        async () => expect(await (await ask('/health/ready')).json()).toEqual({ status: 'ready' }),
        patience,
      );
      const metrics = await (await ask('/metrics')).text();
      expect(metrics).toMatch(new RegExp(`^http_request_duration_seconds_count\\{.*service="${name}"`, 'm'));
    });
  });
}

/** The values of a key, wherever it stands. */
function valuesOf(value: unknown, wanted: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === wanted ? [inner] : valuesOf(inner, wanted)));
}

/** What a reference within a document leads to (RFC 6901). */
function found(document: object, reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce<unknown>((at, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined; // any object has keys
  }, document);
}

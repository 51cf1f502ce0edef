import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSampleApp, type SampleApp } from '../test/sample-app.ts';

interface Operation {
  security?: unknown;
  'x-access'?: unknown;
  parameters?: { name: string; in: string }[];
  requestBody?: unknown;
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}
interface Document {
  openapi: string;
  servers: unknown;
  components: { schemas: Record<string, Record<string, unknown>>; securitySchemes: Record<string, unknown> };
  paths: Record<string, Record<string, Operation>>;
}

let sample: SampleApp;
let document: Document;
beforeAll(async () => {
  // What another service registers for everybody must not end up in this one's document.
  z.object({ alien: z.string() }).meta({ id: 'Alien' });
  sample = await createSampleApp({ tokenUrl: 'https://issuer.example/token', publicUrl: 'https://notes.example' });
  document = (await sample.app.inject('/openapi.json')).json();
});
afterAll(() => sample.app.close());

describe('the API document', () => {
  it('is OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers).toMatchObject([{ url: '/' }, { url: 'https://notes.example' }]);
  });

  it('names the schemas of this service, and only those that are used', () => {
    expect(Object.keys(document.components.schemas).sort()).toEqual([
      'NewNoteInput',
      'Note',
      'Problem',
      'ProblemError',
    ]);
    expect(document.paths['/v1/notes']?.['post']?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/NewNoteInput' } } },
    });
  });

  it('has the examples of the schemas', () => {
    expect(document.components.schemas['Note']?.['examples']).toEqual([{ id: 'n-1', text: 'hello' }]);
  });

  it('closes what is sent and leaves open what is answered', () => {
    expect(document.components.schemas['NewNoteInput']?.['additionalProperties']).toBe(false);
    expect(document.components.schemas['Note']).not.toHaveProperty('additionalProperties');
  });

  it('says who may call each route', () => {
    expect(document.paths['/v1/notes/{id}']?.['get']).toMatchObject({
      'x-access': { roles: ['facility'], scopes: ['referrals:read'] },
      security: [{ bearer: [] }, { oauth2: ['referrals:read'] }],
    });
    expect(document.paths['/health/live']?.['get']).toMatchObject({ 'x-access': 'public', security: [] });
    expect(document.components.securitySchemes['oauth2']).toMatchObject({
      flows: { clientCredentials: { tokenUrl: 'https://issuer.example/token' } },
    });
  });

  it('begins with what the service is there for', () => {
    expect(Object.keys(document.paths).at(0)).toBe('/v1/notes/{id}');
    expect(Object.keys(document.paths).slice(-4)).toEqual([
      '/health/live',
      '/health/ready',
      '/metrics',
      '/problems/{code}',
    ]);
  });

  it('lists the headers that a caller may send', () => {
    const names = (path: string, method: string) =>
      document.paths[path]?.[method]?.parameters?.filter((each) => each.in === 'header').map(({ name }) => name);
    expect(names('/v1/notes/{id}', 'get')).toEqual(['acting-person']);
    expect(names('/v1/notes/{id}', 'patch')).toEqual(['idempotency-key', 'if-match', 'acting-person']);
    expect(names('/health/live', 'get')).toBeUndefined();
  });

  it('lists the problems of each route: its own, and those of every route', () => {
    const responses = document.paths['/v1/notes']?.['post']?.responses ?? {};
    expect(Object.keys(responses)).toEqual([
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(responses['409']?.description).toContain('`already-exists`');
    expect(responses['409']?.content).toEqual({
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    });
    expect(responses['201']?.description).toBe('Created');
  });
});

describe('the API document of a route that is public', () => {
  const problemsOf = (path: string) =>
    Object.values(document.paths[path]?.['get']?.responses ?? {}).flatMap(({ description }) =>
      [...description.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
    );

  it('lists the problems that need no caller, and only those', () => {
    expect(problemsOf('/problems/{code}')).toEqual([
      'malformed-request',
      'not-found',
      'invalid-field',
      'too-many-requests',
      'internal',
    ]);
  });

  it('lists no limit where there is none', () => {
    expect(problemsOf('/health/live')).toEqual(['malformed-request', 'invalid-field', 'internal']);
  });
});

describe('the page to try the API', () => {
  it('is there with and without the last slash', async () => {
    expect((await sample.app.inject('/docs')).headers['location']).toBe('/docs/');
    expect((await sample.app.inject('/docs/')).statusCode).toBe(200);
  });

  it('loads nothing from anywhere else, and may not', async () => {
    const { body, headers } = await sample.app.inject('/docs/');
    expect(body).toContain('<script src="js/scalar.js"></script>');
    expect(body.match(/https?:\/\/[^"'\s<]+/g)).toBeNull();
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self' 'unsafe-inline';");
    expect(headers['content-security-policy']).toContain("connect-src 'self' https://issuer.example;");
  });

  it('has its script from this server', async () => {
    const { statusCode, headers, body } = await sample.app.inject('/docs/js/scalar.js');
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/javascript; charset=utf-8']);
    expect(body.length).toBeGreaterThan(1_000_000);
  });
});

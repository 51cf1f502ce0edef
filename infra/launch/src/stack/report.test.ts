import { expect, test } from 'vitest';
import { linkLines, stepLine } from './report.ts';
import { perService } from './service-names.ts';
import type { DemoClient } from './stack-file.ts';

const client: DemoClient = { clientId: 'c', clientSecret: 'never-printed', organisationId: 'o', facilityIds: [] };

test('the links name every service and hold no secret', () => {
  const text = linkLines(
    {
      transport: 'kafka',
      services: perService((name) => `http://127.0.0.1/${name}`),
      issuer: 'http://127.0.0.1/identity',
      databases: perService(() => 'postgres://u:never-printed@127.0.0.1/db'),
      brokers: ['127.0.0.1:4409'],
      topicPrefix: 'rohnamo',
      clients: {
        'migration-service': client,
        facility: client,
        'facility-2': client,
        supervisor: client,
        'directory-admin': client,
        auditor: client,
      },
    },
    '.rohnamo',
  ).join('\n');
  expect(text).toContain('http://127.0.0.1/referral/docs');
  expect(text).toContain('Kafka at 127.0.0.1:4409');
  expect(text).not.toContain('never-printed');
});

test('a step is a line with its number and time', () => {
  expect(stepLine(3, { what: 'the facility accepts', elapsedMs: 41 })).toMatch(/^ {3}3\. the facility accepts +41 ms$/);
});

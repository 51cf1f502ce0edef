import { randomBytes } from 'node:crypto';
import { uuidV7 } from '@rohnamo/journal';

/** What is drawn at random for an entry: its id and its nonce. */
export const newEntry = () => ({ entry: uuidV7(), nonce: `\\x${randomBytes(16).toString('hex')}` });

/** Who acted, as entries of a ceiling say: as long as the product's. */
export const actorJson = (role: string, organisationId: string): string =>
  JSON.stringify({
    kind: 'client',
    clientId: '01600000-0000-7000-8000-0000000000ff',
    organisationId,
    role,
    actingPerson: null,
  });

/** A W3C trace context, which every entry of the product carries. */
export const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

import type { ClientCredentials, ServiceName } from '@rohnamo/launch';
import { eventually } from '@rohnamo/testkit';
import { z } from 'zod';
import { patientCaller } from './integrator.ts';

const Parked = z.object({ items: z.array(z.unknown()) });
const Replayed = z.object({ replayed: z.number() });

/** The services that carry a handoff on by what they hear. */
const hearers = ['referral', 'notifications'] as const;

interface Operation {
  issuer: string;
  operator: ClientCredentials;
  urlsOf(service: ServiceName): readonly string[];
}

/** Has them handle again what it has parked, until nothing is. @throws when something stays parked */
export async function replayParked({ issuer, operator, urlsOf }: Operation): Promise<void> {
  await Promise.all(
    hearers.map(async (service) => {
      const call = patientCaller({ issuer, credentials: operator, urls: () => urlsOf(service) });
      const isEmpty = async () => {
        await call('/v1/parked/replay', { method: 'POST', body: {}, answer: Replayed });
        return (await call('/v1/parked', { answer: Parked })).items.length === 0;
      };
      await eventually(isEmpty, { withinMs: 60_000, everyMs: 500 });
    }),
  );
}

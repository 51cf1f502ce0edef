import { Facility, Organisation, platformOrganisationId } from '@rohnamo/contracts';
import { createServiceClient, httpUrl, loadConfig, Refused, type CommandIo } from '@rohnamo/service-kit';
import { SignJWT } from 'jose';
import type { z } from 'zod';
import { identityConfig } from '../config.ts';
import { publicSignatureJwk } from '../signing-key.ts';
import type { NamedInDirectory } from './check-places.ts';

/** What the command needs in order to ask the directory: what the service has, and where the directory answers. */
const askingConfig = identityConfig
  .pick({ PUBLIC_URL: true, SIGNING_KEY: true, TOKEN_AUDIENCE: true })
  .extend({ DIRECTORY_URL: httpUrl().describe('Where the directory answers, which is asked for what a client names') });

const deadlineMs = 5000;
const tokenLifetimeSeconds = 60;

/**
 * Looks up in the directory what a client names.
 * @throws ConfigError where it is not said how to ask; Refused dependency-unavailable where nothing answers
 */
export async function lookUp(
  { organisationId, facilityIds }: { organisationId: string; facilityIds: readonly string[] },
  env: CommandIo['env'],
): Promise<NamedInDirectory> {
  const config = loadConfig(askingConfig, env);
  const token = await tokenOfOurOwn(config);
  const directory = createServiceClient({
    baseUrl: config.DIRECTORY_URL,
    token: { get: () => Promise.resolve(token), forget: () => undefined },
    deadlineMs,
  });
  const find = <Answer extends z.ZodType>(path: string, answer: Answer): Promise<z.infer<Answer> | null> =>
    directory.call({ path, answer, passOn: ['not-found'] }).catch((error: unknown) => {
      if (error instanceof Refused && error.code === 'not-found') return null;
      throw error;
    });
  try {
    const [organisation, ...facilities] = await Promise.all([
      find(`/v1/organisations/${organisationId}`, Organisation),
      ...facilityIds.map((id) => find(`/v1/facilities/${id}`, Facility)),
    ]);
    return {
      organisation,
      facilities: new Map(facilityIds.map((id, index) => [id, facilities[index] ?? null])),
    };
  } finally {
    await directory.close();
  }
}

/** A token for this one look, of the role `service` and to read the directory alone: no client need be made before. */
async function tokenOfOurOwn(config: z.infer<typeof askingConfig>): Promise<string> {
  const { kid } = await publicSignatureJwk(config.SIGNING_KEY);
  return new SignJWT({
    client_id: 'identity',
    organisation_id: platformOrganisationId,
    organisation_kind: 'health-authority',
    facility_ids: [],
    desk_ids: [],
    role: 'service',
    scope: 'directory:read',
  })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
    .setIssuer(config.PUBLIC_URL)
    .setAudience(config.TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${tokenLifetimeSeconds}s`)
    .setJti(crypto.randomUUID())
    .sign(config.SIGNING_KEY);
}

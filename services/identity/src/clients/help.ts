import { OrganisationKind, platformOrganisationId, Role, Scope, scopesOfRole } from '@rohnamo/contracts';
import { assertionAlgorithms } from './public-keys.ts';

const rolesAndScopes = Role.options.map((role) => `    ${role.padEnd(18)} ${scopesOfRole[role].join(' ')}`).join('\n');

/** `clients --help`. */
export const helpOfClients = `Manages the clients that may get tokens. Works on the database, whether or not the service runs.
Needs DATABASE_URL (the app role) in the environment; create also DIRECTORY_URL, PUBLIC_URL and SIGNING_KEY, as the service
has them, to look up what a client names.

  npm run service -- identity clients create --role ROLE --organisation UUID --organisation-kind KIND
                                  [--facility UUID]… [--desk UUID]… [--scope SCOPE]… [--client-id NAME]
                                  [--public-jwk FILE | --secret-from-env VARIABLE] [--unchecked] [--json]
      Makes a client and prints it with its secret, once, on standard output.
      --facility         a facility it answers for; may be repeated, and must be there for the role facility
      --desk             a desk of such a facility, whose tasks it may see; may be repeated
                         organisation, facilities and desks must be in the directory, the facilities the organisation's
                         own, and the desks theirs
      --unchecked        makes it without asking the directory: for the first clients of an installation. Whoever
                         runs, fills or audits the platform (operator, service, directory-admin, auditor) can be of
                         the organisation ${platformOrganisationId}, which is not looked up
      --scope            what it may ask for; may be repeated; all that its role allows where left out
      --client-id        its name, such as facility-kulob-1; made up where left out
      --public-jwk FILE  its public keys (a JWK or a set of them; ${assertionAlgorithms.join(', ')}): it then has no secret and
                         proves itself by private_key_jwt
      --secret-from-env VARIABLE
                         its secret is what this variable of the environment holds, and is not printed; it must be
                         random (openssl rand -base64 32), since it is stored under a fast hash

  npm run service -- identity clients rotate NAME [--overlap-hours N] [--public-jwk FILE] [--json]
      Gives it a new secret (or new keys). The one it had stays valid for N hours: 24 where left out, 0 for not at all.

  npm run service -- identity clients revoke NAME [--json]
      Ends it for good: no more tokens, and services drop those it has.

  npm run service -- identity clients list [--json]

  Roles and what each may be given:
${rolesAndScopes}
  Scopes: ${Scope.options.join(' ')}
  Kinds of organisation: ${OrganisationKind.options.join(' ')}

  Example: a clinic's own system
    npm run service -- identity clients create --role facility --organisation-kind health-provider \\
      --organisation 01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60 --facility 01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61

  Exit code: 0 done; 1 refused, nothing changed; 2 not understood.
`;

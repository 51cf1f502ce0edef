import type { DatabaseUrls } from '@rohnamo/backing-services';
import type { ClientCredentials, InstallSecrets } from './install-secrets.ts';
import type { PortPlan } from './plan-ports.ts';
import { type ServiceName, serviceNames } from './service-names.ts';

const HOST = '127.0.0.1';

type ServicePorts = Pick<PortPlan, 'services'>;

/** Where a service of this stack answers. */
export const serviceUrl = (ports: ServicePorts, name: ServiceName): string => `http://${HOST}:${ports.services[name]}`;

/** The services that ask others, and so are clients themselves. */
export const callers = ['registry', 'referral'] as const satisfies readonly ServiceName[];

export interface ServiceSurroundings {
  ports: ServicePorts;
  database: Omit<DatabaseUrls, 'ownerUrl'>;
  /** Undefined: there is no broker, and all services run in one process. */
  brokers: readonly string[] | undefined;
  topicPrefix: string;
  secrets: Pick<InstallSecrets, 'environment'>;
  /** As which it calls the others, if it does. */
  client?: ClientCredentials | undefined;
}

/** The whole environment of one service, but for what the operating system needs. It seals itself, and does not migrate. */
export function serviceEnvironment(name: ServiceName, surroundings: ServiceSurroundings): Record<string, string> {
  const { ports, database, brokers, topicPrefix, secrets, client } = surroundings;
  const url = (other: ServiceName) => serviceUrl(ports, other);
  return {
    HOST,
    PORT: String(ports.services[name]),
    PUBLIC_URL: url(name),
    DATABASE_URL: database.appUrl,
    DATABASE_SEALER_URL: database.sealerUrl,
    // Whoever tries it out, or tests it, does not wait for minutes until something is proved.
    CHECKPOINT_INTERVAL_SECONDS: '1',
    OIDC_ISSUERS: url('identity'),
    REGISTRY_URL: url('registry'),
    // The registry asks the directory as a client, or not at all.
    ...(name === 'registry' && client === undefined ? {} : { DIRECTORY_URL: url('directory') }),
    REFERRAL_URL: url('referral'),
    ...(brokers === undefined
      ? { KAFKA_BROKERS: 'none' }
      : { KAFKA_BROKERS: brokers.join(), TOPIC_PREFIX: topicPrefix }),
    ...(client === undefined ? {} : { SERVICE_CLIENT_ID: client.clientId, SERVICE_CLIENT_SECRET: client.clientSecret }),
    ...secrets.environment[name],
    ...(name === 'notifications' ? demoWebhooks : {}),
    // So that the pages under /docs/ can fetch a token; they are on other ports, and so of other origins.
    ...(name === 'identity' ? { CORS_ORIGINS: [...new Set(serviceNames.map(url))].join() } : {}),
  };
}

/** The demo facility and whoever tries things out listen on this machine, without TLS, on ports of their own. */
const demoWebhooks = {
  EGRESS_ALLOW_HTTP: 'true',
  EGRESS_ALLOWED_PRIVATE: '127.0.0.0/8',
  EGRESS_ALLOWED_PORTS: '80,443,1024-65535',
};

/** The variables of ours that a service needs to run at all; it sees no others. */
export function systemEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'LOG_LEVEL'];
  const ofNode = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(
    [...names, ...ofNode].flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])),
  );
}

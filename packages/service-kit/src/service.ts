import { fileURLToPath } from 'node:url';
import { createGeneration, type Journal } from '@rohnamo/journal';
import type { Subscription } from '@rohnamo/messaging';
import type { Pool } from 'pg';
import type { z } from 'zod';
import type { BaseConfig } from './config.ts';
import { registerCursorGeneration } from './cursor-generation.ts';
import { migrate } from './database.ts';
import type { Health } from './health.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { createServer, type Server, type ServerOptions } from './server.ts';
import type { ServiceToken } from './service-token.ts';
import type { Verifier } from './verifier.ts';

/** The variables that a service leaves out which takes no tokens, or calls no other. */
type Dispensable = 'OIDC_ISSUERS' | 'SERVICE_CLIENT_ID' | 'SERVICE_CLIENT_SECRET';

/** What a service's configuration has at least. */
export type ServiceConfig = Omit<BaseConfig, Dispensable> & Partial<Pick<BaseConfig, Dispensable>>;

/** What of it a service's server needs. */
export type ServerConfig = Pick<BaseConfig, 'PUBLIC_URL' | 'RATE_LIMIT_PER_MINUTE' | 'TRUSTED_PROXIES'>;

/** What a service is built from. */
export interface ServiceParts<Config extends ServerConfig = ServiceConfig> {
  config: Config;
  /** The service's own database, as its app role. */
  pool: Pool;
  /** Accepts nothing where the configuration names no issuer. */
  verifier: Verifier;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  /** Token endpoint of the first issuer, for the page that tries the API out. */
  tokenUrl?: string | undefined;
  /** For calls to other services; there where SERVICE_CLIENT_ID and SERVICE_CLIENT_SECRET are. */
  serviceToken?: ServiceToken | undefined;
  /** Told of work in the background that failed and will be tried again. */
  onError: (error: unknown) => void;
  now: () => Date;
}

/** A service as it was built: it neither listens nor works yet. */
export interface RunningService {
  app: Server;
  journal: Journal;
  /** What it hears from the others. */
  subscriptions?: readonly Subscription[];
  /** Begins work of its own (wakers, deliverers, intake), once its journal and its subscriptions are at work. */
  start?: () => unknown;
  /** Ends that work, finishing what is under way, and gives back what `create` took. */
  stop?: () => unknown;
}

/** What a command says, and where. */
export interface CommandIo {
  env: Readonly<Record<string, string | undefined>>;
  /** Results, and nothing else: standard output. */
  out: (text: string) => void;
  /** Words for the person at the terminal: standard error. */
  say: (text: string) => void;
}

export interface ServiceCommand {
  /** A few words for --help. */
  summary: string;
  /** Runs over the service's environment, whether or not the service runs too. Answers the exit code. */
  run: (args: readonly string[], io: CommandIo) => Promise<number>;
}

/** All that there is to say about one service; how it is run is the same for each. */
export interface ServiceDefinition<Config extends ServiceConfig = ServiceConfig> {
  name: string;
  /** One sentence for --help. */
  description: string;
  /** `baseConfig`, extended, and without what the service does not need. */
  config: z.ZodObject & z.ZodType<Config>;
  /** The folder of numbered SQL that drizzle-kit generated. */
  migrationsFolder: URL;
  /** What can be asked for beside `migrate`, by name. */
  commands?: Readonly<Record<string, ServiceCommand>>;
  /** Of a service that gives out tokens and takes them: the keys to its own, so that it need not ask itself. */
  issuerKeys?(config: Config): IssuerKeys;
  /** The composition. A method, so that definitions of differently configured services fit into one list. */
  create(parts: ServiceParts<Config>): Promise<RunningService>;
}

/** The server of a service: with its parts, and what is its own. */
export async function createServiceServer(
  { config, ...parts }: ServiceParts<ServerConfig>,
  own: Pick<ServerOptions, 'name' | 'description' | 'schemas' | 'tags' | 'tokenUrl'>,
): Promise<Server> {
  const app = await createServer({
    logger: parts.logger,
    verifier: parts.verifier,
    metrics: parts.metrics,
    health: parts.health,
    tokenUrl: parts.tokenUrl,
    publicUrl: config.PUBLIC_URL,
    trustedProxies: config.TRUSTED_PROXIES,
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    ...own,
  });
  registerCursorGeneration(app, createGeneration(parts.pool));
  return app;
}

/** How a service's database comes to be: its migrations, applied as its owner, one replica at a time. */
export function migrationsOf({ name, migrationsFolder }: Pick<ServiceDefinition, 'name' | 'migrationsFolder'>) {
  const folder = fileURLToPath(migrationsFolder);
  return {
    service: name,
    migrationsFolder: folder,
    migrate: (ownerUrl: string): Promise<void> => migrate({ ownerUrl, migrationsFolder: folder, lockKey: name }),
  };
}

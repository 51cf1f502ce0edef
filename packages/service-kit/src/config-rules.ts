import { baseConfig } from './config.ts';

/** The variables of a service that are set, and not empty. */
export type Present = Readonly<Record<string, string>>;

/** What is wrong with a variable, or a whole sentence. */
type Complaint = { name: string; detail: string } | string;

/** What must hold beyond each variable by itself. */
export type Rule = (present: Present, env: Readonly<Record<string, string | undefined>>) => Complaint[];

/** Who migrates at its start has to be the owner, and that is for development: what serves holds no owner's password. */
export const migratesAsOwner: Rule = (present, env) => {
  if (present['MIGRATE_AT_BOOT'] !== 'true') return [];
  if (env['NODE_ENV'] === 'production')
    return [
      'MIGRATE_AT_BOOT is for development: unset it (NODE_ENV is production), and run the command migrate as a job of its own before this version starts.',
    ];
  return present['DATABASE_OWNER_URL'] === undefined
    ? [{ name: 'DATABASE_OWNER_URL', detail: 'is required where MIGRATE_AT_BOOT is true' }]
    : [];
};

/** A sealer without its key would seal nothing, and say nothing. */
export const sealsWithKey: Rule = (present) => {
  const [url, key] = [present['DATABASE_SEALER_URL'], present['CHECKPOINT_SIGNING_KEY']];
  if (url !== undefined && key === undefined)
    return [
      'CHECKPOINT_SIGNING_KEY is missing, so the sealer of DATABASE_SEALER_URL could sign nothing: set it, or unset both and let the command seal do it.',
    ];
  if (url === undefined && key !== undefined)
    return [
      'DATABASE_SEALER_URL is missing, so nothing would be signed with CHECKPOINT_SIGNING_KEY: set it, or unset both and let the command seal do it.',
    ];
  return [];
};

/** Half a client could get no token, and would be found out by the first call that matters. */
export const isClientInFull: Rule = (present) => {
  const [id, secret] = [present['SERVICE_CLIENT_ID'], present['SERVICE_CLIENT_SECRET']];
  if (id !== undefined && secret === undefined)
    return [{ name: 'SERVICE_CLIENT_SECRET', detail: 'is required where SERVICE_CLIENT_ID is set' }];
  if (id === undefined && secret !== undefined)
    return [{ name: 'SERVICE_CLIENT_ID', detail: 'is required where SERVICE_CLIENT_SECRET is set' }];
  return [];
};

/** Where nothing else carries events, brokers are named, or it is said that there are none. */
export const namesBrokers: Rule = (present) =>
  present['KAFKA_BROKERS'] === undefined
    ? [{ name: 'KAFKA_BROKERS', detail: 'is required, or none where events are to stay in the journal' }]
    : [];

/** Prefixes of ours that others use, too: what begins with them may be anybody's. */
const shared = new Set([
  'ACCEPT',
  'DIRECTORY',
  'HOST',
  'LOG',
  'PHONE',
  'PORT',
  'PREVIOUS',
  'PUBLIC',
  'REFERRAL',
  'REGISTRY',
  'SERVICE',
  'TIME',
]);
/** What Kubernetes and Docker links put into every container for a service that is called `kafka`, say. */
const ofOrchestrator = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** A name that begins like one of ours and is none is a slip of the pen: what it should have set is not set. */
export const knowsItsVariables =
  (names: readonly string[]): Rule =>
  (_present, env) => {
    const known = new Set([...names, ...Object.keys(baseConfig.shape)]);
    const prefixes = [...known]
      .map((name) => name.split('_')[0] ?? name)
      .filter((prefix) => !shared.has(prefix))
      .map((prefix) => `${prefix}_`);
    prefixes.push('SERVICE_CLIENT_');
    return Object.entries(env)
      .filter(([name, value]) => value !== undefined && !known.has(name) && !ofOrchestrator.test(name))
      .filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix)))
      .map(([name]) => {
        const nearest = nearestOf(name, known);
        return `${name} is not known here${nearest === undefined ? '' : ` (${nearest} is)`}: unset it, or name what was meant; --help lists what there is.`;
      });
  };

/** The known name that differs least, where that is little. */
function nearestOf(name: string, known: ReadonlySet<string>): string | undefined {
  const [best] = [...known]
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= name.length / 3 ? best.candidate : undefined;
}

/** Levenshtein's. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

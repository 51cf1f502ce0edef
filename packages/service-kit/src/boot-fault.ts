/** Why a service cannot start as it is set up: the variable that it is about, what is wrong, and what to do. Never a value. */
export class BootFault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BootFault';
  }
}

/** The code of an error, or of the one that caused it: a SQLSTATE or an errno. */
export function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}

const databaseFaults: Readonly<Record<string, string>> = {
  '28P01': 'its password is not that of its role: set the one that provisioning was given, or provision again',
  '28000': 'its role may not log in to this database: provision the database, and see pg_hba.conf',
  '3D000': 'its database does not exist: make it by provisioning, or correct the name',
  '42501': 'its role may not connect to this database: provision the database, or correct the role',
  '53300': 'the server has no connection left: raise its max_connections, or run fewer processes',
  '57P03': 'the server is starting or stopping: start again when it is up',
  ENOTFOUND: 'its host cannot be found: correct the name, or see that it can be looked up from here',
  EAI_AGAIN: 'its host cannot be looked up just now: see to the name service, and start again',
  ECONNREFUSED: 'nothing listens at its host and port: start Postgres there, or correct them',
  ECONNRESET: 'what listens at its host and port hangs up: see that it is Postgres',
  EHOSTUNREACH: 'its host cannot be reached from here: see to the network, or correct it',
  ENETUNREACH: 'its host cannot be reached from here: see to the network, or correct it',
  ETIMEDOUT: 'its host does not answer: see to the network, or correct host and port',
};

/** What a failure to connect means for whoever set the address. */
export function databaseFault(variable: string, error: unknown): BootFault {
  const code = codeOf(error);
  const known = code === undefined ? undefined : databaseFaults[code];
  const isLate = error instanceof Error && /^(timeout|Connection terminated due to)/.test(error.message); // the driver gives these no code
  const words =
    known ??
    (isLate
      ? 'its host took longer to answer than it may: see to the network, correct host and port, or start again where the machine is only busy'
      : undefined);
  return new BootFault(
    `${variable}: ${words ?? `it cannot be connected to${code === undefined ? '' : ` (${code})`}: see that it is the address of a Postgres 17 or newer`}.`,
    error,
  );
}

/** What is said of a server that is too old. */
export const tooOld = (variable: string, major: number): BootFault =>
  new BootFault(`${variable}: its server is Postgres ${major}, which is too old: upgrade it to 17 or newer.`);

const listenFaults: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `PORT: ${port} is taken on ${host}: stop what listens there (ss -ltnp shows it), or set another`,
  EACCES: (_host, port) => `PORT: ${port} may not be listened on by this user: set one from 1024 on`,
  EADDRNOTAVAIL: (host) => `HOST: ${host} is no address of this machine: set one of its own, or 0.0.0.0 for all`,
  ENOTFOUND: (host) => `HOST: ${host} cannot be found: set an address of this machine, or 0.0.0.0 for all`,
  EAI_AGAIN: (host) => `HOST: ${host} cannot be looked up just now: set an address of this machine, or 0.0.0.0 for all`,
  EINVAL: (host) => `HOST: ${host} cannot be listened on: set an address of this machine, or 0.0.0.0 for all`,
  EAFNOSUPPORT: (host) => `HOST: ${host} is of a kind that this machine does not have: set an IPv4 address of its own`,
};

/** What a failure to listen means; the error itself where it says nothing of the kind. */
export function listenFault({ HOST, PORT }: { HOST: string; PORT: number }, error: unknown): unknown {
  const words = listenFaults[codeOf(error) ?? '']?.(HOST, PORT);
  return words === undefined ? error : new BootFault(`${words}.`, error);
}

import { pino, type Logger as PinoLogger } from 'pino';
import { currentTraceId } from './trace.ts';

/**
 * All that a log line can hold. Whatever else is passed is dropped, so that nothing about a person can get into a log:
 * not by a wrong key, not by an error's message, not by a text with something pasted into it.
 */
export interface LogFields {
  method?: string | undefined;
  /** The pattern of the route (`/v1/referrals/:id`), never the address that was asked for. */
  route?: string | undefined;
  status?: number | undefined;
  durationMs?: number | undefined;
  clientId?: string | undefined;
  organisationId?: string | undefined;
  errorCode?: string | undefined;
  /** Why an operator did something. */
  reasonCode?: string | undefined;
  count?: number | undefined;
  position?: number | bigint | undefined;
  attempt?: number | undefined;
  port?: number | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
  eventType?: string | undefined;
  topic?: string | undefined;
  group?: string | undefined;
  dependency?: string | undefined;
  requestId?: string | undefined;
  traceId?: string | undefined;
  /** Names of fields of our own schemas, at most ten. */
  fields?: readonly string[] | undefined;
  /** Only its name, its code and where it came from are logged; its message never. */
  err?: unknown;
}

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- the empty object is assignable to a record of a pattern, not to one of a literal
type Literal<Text extends string> = Record<never, never> extends Record<Text, 1> ? never : Text;
type Log = {
  <Text extends string>(fields: LogFields, message: Text & Literal<Text>): void;
  <Text extends string>(message: Text & Literal<Text>): void;
};

/** A logger that can only say what it may say. The message is a literal: the compiler refuses one that is put together. */
export interface Logger {
  debug: Log;
  info: Log;
  warn: Log;
  error: Log;
  fatal: Log;
  child: (fields: LogFields) => Logger;
  /** Resolves once all that was said so far is written. */
  flush: () => Promise<void>;
  /** The pino underneath, for libraries that want one. The same allow-list holds for what they write. */
  readonly pino: PinoLogger;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/**
 * Nobody waits for a line to be written, and those that come meanwhile are written together. What is fatal, and what is left at an
 * end of the process that it knows of, is waited for; a kill may lose the lines of that moment. Without a least length, `flush`
 * would not wait for what is being written.
 */
const standardOutput = () => pino.destination({ dest: 1, sync: false, minLength: 1 });

/** Writes JSON lines to standard output, or to `write`. */
export function createLogger(options: { service: string; level?: LogLevel; write?: (line: string) => void }): Logger {
  const settings = {
    level: options.level ?? 'info',
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {},
    formatters: { level: (label: string) => ({ level: label }), log: allowed },
    mixin: traceOfNow,
    hooks: {
      logMethod(this: PinoLogger, args: unknown[], method: (...args: [object, string]) => void) {
        const [first, second] = args;
        const fields = typeof first === 'object' && first !== null ? first : {};
        // A library puts its messages together from whatever it has: only those that came through the wrapper are known words.
        const message = ours in fields && typeof second === 'string' ? second : 'written by a library';
        method.apply(this, [fields instanceof Error ? { err: fields } : fields, message]);
      },
    },
  };
  const root = pino(settings, options.write === undefined ? standardOutput() : { write: options.write });
  return wrap(guardBindings(root));
}

/** Pino formats the bindings of its root alone: what its children are given must pass the list before it gets there. */
function guardBindings(root: PinoLogger): PinoLogger {
  // Children have their parent as prototype, so that these hold for all of them.
  // oxlint-disable-next-line typescript/unbound-method -- called with the `this` of whichever child they are called on
  const { child, setBindings } = root;
  return Object.assign(root, {
    child(this: PinoLogger, bindings: Record<string, unknown>, options: { level?: string } = {}) {
      return child.call(this, allowed(bindings), options.level === undefined ? {} : { level: options.level });
    },
    setBindings(this: PinoLogger, bindings: Record<string, unknown>) {
      setBindings.call(this, allowed(bindings));
    },
  });
}

const ours = Symbol('a message of our own');

function wrap(logger: PinoLogger): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'): Log =>
    (fields: LogFields | string, message?: string) =>
      typeof fields === 'string'
        ? logger[level]({ [ours]: true }, plainMessage(fields))
        : logger[level]({ ...fields, [ours]: true }, plainMessage(message ?? ''));
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: (fields) => wrap(logger.child(allowed(fields as Record<string, unknown>))),
    flush: () =>
      new Promise((resolve) => {
        logger.flush(() => resolve()); // it fails where the output is a pipe, which cannot be synchronised; written it is
      }),
    pino: logger,
  };
}

function traceOfNow(): Record<string, string> {
  const traceId = currentTraceId();
  return traceId === undefined ? {} : { requestId: traceId, traceId };
}

const token = /^[A-Za-z0-9][A-Za-z0-9._:~/-]{0,199}$/;
const telephone = /^\+?[\d\s().-]{7,}$/;
const isToken = (value: unknown): boolean => typeof value === 'string' && token.test(value) && !telephone.test(value);
const isRoute = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 200 && /^(\/[A-Za-z0-9:._*{}-]*)+$/.test(value);
const isNumber = (value: unknown): boolean => Number.isFinite(value);

const allowList: Readonly<Record<string, (value: unknown) => boolean>> = {
  service: isToken,
  requestId: (value) => typeof value === 'string' && /^[0-9a-f-]{32,36}$/.test(value),
  traceId: (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value),
  method: (value) => typeof value === 'string' && /^[A-Z]{3,10}$/.test(value),
  route: (value) => value === 'unmatched' || isRoute(value),
  status: isNumber,
  durationMs: isNumber,
  clientId: isToken,
  organisationId: isToken,
  errorCode: isToken,
  reasonCode: isToken,
  count: isNumber,
  position: (value) => isNumber(value) || typeof value === 'bigint',
  attempt: isNumber,
  port: isNumber,
  subjectKind: isToken,
  subjectId: isToken,
  eventType: isToken,
  topic: isToken,
  group: isToken,
  dependency: isToken,
  fields: (value) =>
    Array.isArray(value) && value.length <= 10 && value.every((name) => /^[A-Za-z0-9_.-]{0,200}$/.test(String(name))),
};

/** What of an object may be logged. */
function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'err' && value !== undefined && value !== null) out['err'] = describeError(value);
    else if (allowList[key]?.(value) === true) out[key] = typeof value === 'bigint' ? value.toString() : value;
  }
  return out;
}

/** An error without its message: names, codes and frames, of it and of what caused it. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && isToken(error.code) ? { code: error.code } : {};
  const frames = framesOf(error);
  return {
    name: /^[A-Za-z_$][\w$]{0,63}$/.test(error.name) ? error.name : 'Error',
    ...code,
    ...(frames === '' ? {} : { stack: frames }),
    ...(error.cause instanceof Error && depth < 4 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

function framesOf(error: Error): string {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  // The message stands before the frames and may itself hold lines that look like them: cut it out before reading on.
  const start = error.message === '' ? 0 : stack.indexOf(error.message);
  if (start < 0) return '';
  return stack
    .slice(start + error.message.length)
    .split('\n')
    .filter((line) =>
      /^\s+at (?:[\w$.<>[\] #*]+ \()?(?:async )?(?:file:|node:|\/|[A-Za-z]:\\|<anonymous>)[^\s]*\)?$/.test(line),
    )
    .slice(0, 20)
    .map((line) => line.trim())
    .join('\n');
}

/** The compiler has seen that it is a literal; this is for who went round the compiler. */
const plainMessage = (message: string): string =>
  message.length <= 160 && /^[\x20-\x7e]*$/.test(message) && !/[@"`]|\d{5,}/.test(message)
    ? message
    : 'message withheld';

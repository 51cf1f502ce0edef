import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { isWellKnown } from './well-known.ts';

/** A secret: at least 24 characters, and not one that anybody would try. Make one with `openssl rand -base64 32`. */
export const secret = () =>
  z
    .string()
    .min(24)
    .regex(/^\P{Cc}*$/u, 'must have no line breaks and no control characters')
    .refine((value) => !isWellKnown(value), 'must not be a well-known value: make one with openssl rand -base64 32');

/** A whole number between two bounds, as an environment variable spells it. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

/** `true` or `false`. */
export const flag = () => z.enum(['true', 'false']).transform((value) => value === 'true');

/** A comma-separated list of at least one. A gap in it, or a repetition, is most often a name that was not filled in, or the wrong one. */
export const list = () =>
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(
      z
        .array(z.string())
        .refine((parts) => !parts.includes(''), 'must have something before and after every comma')
        .refine((parts) => new Set(parts).size === parts.length, 'must name each but once'),
    );

/** An address in which no blank, no line break and no control character hides: what reads URLs drops them without a word. */
const address = (mustBe: string) => z.string().regex(/^[^\s\p{Cc}]+$/u, mustBe);

const isHttp = (text: string): boolean => /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);

/** The parts of a URL, or of one that has none where the text is no URL: refinements run even then. */
const partsOf = (text: string): URL => new URL(isHttp(text) ? text : 'http://none');

/** Where something answers over HTTP: a scheme, a host, a port, a path. A fragment is written by whoever asks, and so is most often a query. */
export const httpUrl = ({ mayHaveQuery = false } = {}) =>
  address('must be an http or https URL, such as https://registry.example.org')
    .refine(isHttp, 'must be an http or https URL, such as https://registry.example.org')
    .refine((text) => {
      const { username, password } = partsOf(text);
      return username === '' && password === '';
    }, 'must name no user and no password')
    .refine(
      (text) => !(mayHaveQuery ? /#/ : /[?#]/).test(text),
      mayHaveQuery ? 'must have no fragment: that is written here' : 'must have no query and no fragment',
    );

const namedRanges = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** What Fastify takes as a trusted proxy: an address, a range by prefix length or by netmask, or a named range. */
export function isProxyRange(text: string): boolean {
  if (namedRanges.has(text)) return true;
  const [host = '', prefix, ...more] = text.split('/');
  const family = isIP(host);
  if (family === 0 || host.includes('%') || more.length > 0) return false;
  if (prefix === undefined || (family === 4 && isNetmask(prefix))) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (family === 4 ? 32 : 128);
}

function isNetmask(text: string): boolean {
  if (!isIPv4(text)) return false;
  const bits = text.split('.').map((part) => Number(part).toString(2).padStart(8, '0'));
  return /^1+0*$/.test(bits.join(''));
}

/** A database by its URL. Who connects and to which database is said: the driver would take the system's user for both. */
export const databaseUrl = () =>
  address('must be a URL: postgres://user:password@host:5432/database')
    .refine(isDatabaseUrl, 'must be a URL: postgres://user:password@host:5432/database')
    .refine((url) => !hasWellKnownPassword(url), 'must not have a well-known password');

/** A Postgres server, as its superuser: the database to connect to may be left out. */
export const superuserUrl = () =>
  address('must be a URL: postgres://postgres:password@host:5432/postgres').refine(
    (text) => /^postgres(ql)?:\/\/[^/]/i.test(text) && URL.canParse(text),
    'must be a URL: postgres://postgres:password@host:5432/postgres',
  );

function isDatabaseUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, hostname, pathname, hash, searchParams } = new URL(text);
  const host = hostname || (searchParams.get('host') ?? ''); // of a socket
  const user = username || (searchParams.get('user') ?? '');
  return user !== '' && host !== '' && /^\/[^/]+$/.test(pathname) && hash === '';
}

function hasWellKnownPassword(url: string): boolean {
  // Refinements run even where the text turned out to be no URL.
  if (!URL.canParse(url)) return false;
  const { password } = new URL(url);
  return password !== '' && isWellKnown(decoded(password));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `host:port`; IPv6 in brackets. */
const brokerAddress = /^(?<host>[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):(?<port>\d{1,5})$/;

function isBroker(address: string): boolean {
  const port = Number(brokerAddress.exec(address)?.groups?.['port'] ?? 0);
  return port >= 1 && port <= 65_535;
}

/** Addresses of brokers, or `none`: that there is none is said, never left to silence. */
export const brokers = () =>
  list().refine(
    (addresses) => addresses.every(isBroker) || addresses.join() === 'none',
    'must be host:port of each broker, comma-separated, such as kafka-1:9092,kafka-2:9092, without a scheme',
  );

/** What signs checkpoints: an Ed25519 seed. */
export const checkpointSeed = () =>
  z
    .string()
    .refine(
      (value) => Buffer.from(value, 'base64').length === 32 && !isWellKnown(value),
      'must be 32 random bytes in base64: make one with openssl rand -base64 32',
    );

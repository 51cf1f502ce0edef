import { type Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv4, type LookupFunction } from 'node:net';
import type { Target } from './target.ts';

export interface PostLimits {
  /** Until the connection stands, TLS included. */
  connectMs: number;
  /** Until the head of the answer is there. */
  totalMs: number;
  /** Of the answer's body; a longer one is cut off. */
  answerBytesMax: number;
}

/** The status of the answer and its Retry-After, or why there is none. */
export type Posted = { status: number; retryAfter?: string } | { failure: 'timeout' | 'connection' | 'too-large' };

export interface PostOptions {
  target: Target;
  /** The only addresses to connect to, checked. */
  addresses: readonly string[];
  agent: Agent;
  limits: PostLimits;
  body: string;
  headers: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

class TimedOut extends Error {}

/**
 * Posts a body to checked addresses. The answer's body is thrown away. Where a kept-alive connection turns out to have been
 * closed by the other side, the same is sent once more over a new one.
 */
export async function post(options: PostOptions): Promise<Posted> {
  const first = await postOnce(options);
  if (!('stale' in first)) return first;
  const second = await postOnce(options);
  return 'stale' in second ? { failure: 'connection' } : second;
}

function postOnce(options: PostOptions): Promise<Posted | { stale: true }> {
  const { target, addresses, agent, limits, body, headers, signal } = options;
  return new Promise((resolve) => {
    const request = (target.url.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'POST',
      host: target.host,
      port: target.url.port === '' ? undefined : target.url.port,
      path: `${target.url.pathname}${target.url.search}`,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent,
      lookup: pinnedTo(addresses),
      maxHeaderSize: 16_384,
      ...(signal === undefined ? {} : { signal }),
    });
    const deadline = setTimeout(() => request.destroy(new TimedOut()), limits.totalMs);
    limitConnecting(request, target, limits.connectMs);
    request.on('response', (response) => {
      const retryAfter = response.headers['retry-after'];
      resolve({ status: response.statusCode ?? 0, ...(retryAfter === undefined ? {} : { retryAfter }) });
      discard(response, limits.answerBytesMax);
    });
    request.on('error', (error) =>
      resolve(request.reusedSocket && isReset(error) ? { stale: true } : { failure: failureOf(error) }),
    );
    request.on('close', () => {
      clearTimeout(deadline);
      resolve({ failure: 'connection' }); // says nothing where an answer or an error came first
    });
    request.end(body);
  });
}

/** Answers every look-up with addresses that were checked already. Node does not look up a literal, which was checked as one. */
const pinnedTo = (addresses: readonly string[]): LookupFunction => {
  const all = addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
  return (_host, { all: wantsAll }, callback) => {
    const [first] = all;
    if (wantsAll === true) callback(null, all);
    else if (first) callback(null, first.address, first.family);
    else callback(new Error('no address'), '');
  };
};

function limitConnecting(request: ClientRequest, target: Target, connectMs: number): void {
  request.on('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => request.destroy(new TimedOut()), connectMs);
    const connected = () => clearTimeout(timer);
    socket.once(target.url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
    socket.once('close', connected);
  });
}

/** Reads a short body to its end, so that the connection can be used again; hangs up on a long one. */
function discard(response: IncomingMessage, bytesMax: number): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) response.destroy();
  });
  response.on('error', () => undefined); // what follows the head is of no interest
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');
const isReset = (error: Error): boolean => ['ECONNRESET', 'EPIPE'].includes(codeOf(error));

function failureOf(error: Error): 'timeout' | 'connection' | 'too-large' {
  if (error instanceof TimedOut || codeOf(error) === 'ETIMEDOUT') return 'timeout';
  return codeOf(error) === 'HPE_HEADER_OVERFLOW' ? 'too-large' : 'connection';
}

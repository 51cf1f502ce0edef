import { Resolver } from 'node:dns/promises';

/** The addresses of a host name, in the order in which they should be tried. Rejects when the name service does not answer; empty when there are none. */
export type Resolve = (host: string) => Promise<string[]>;

/**
 * Asks DNS, IPv4 first. Not by `dns.lookup`: that blocks one of the few threads of the process for as long as a name server
 * takes, and a slow one would hold up every other call. /etc/hosts is not read for it; `localhost` is what RFC 6761 §6.3 says.
 */
export function dnsResolve({ timeoutMs = 2000 } = {}): Resolve {
  return async (host) => {
    if (/(^|\.)localhost\.?$/i.test(host)) return ['127.0.0.1', '::1'];
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failure = [four, six].find((answer) => answer.status === 'rejected' && !hasNone(answer.reason));
    if (found.length === 0 && failure?.status === 'rejected') throw failure.reason;
    return found;
  };
}

/** The name service says that there is no such name or no such address: an answer, not a failure. */
const hasNone = (reason: unknown): boolean =>
  reason instanceof Error &&
  'code' in reason &&
  ['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EFORMERR'].includes(String(reason.code));

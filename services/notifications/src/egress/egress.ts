import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { addressRule } from './addresses.ts';
import type { PortRange } from './ports.ts';
import { post, type PostLimits, type Posted } from './post.ts';
import { dnsResolve, type Resolve } from './resolve.ts';
import { readTarget } from './target.ts';

export interface EgressOptions {
  allowHttp: boolean;
  /** Ports that may be called. */
  allowedPorts: readonly PortRange[];
  /** Ranges that may be called although they are not public. */
  allowedPrivate: readonly string[];
  resolve?: Resolve;
  limits?: Partial<PostLimits>;
}

const defaultLimits: PostLimits = { connectMs: 3000, totalMs: 15_000, answerBytesMax: 4096 };

/** What became of a call. Without `status` there was no answer. */
export type Called = Posted | { failure: 'refused-address' };

/**
 * The one way out to addresses that others choose. Each call resolves the name, drops what we may not call, and connects to
 * what is left and nothing else: the name is not looked up a second time. Redirects are answers like any other.
 */
export function createEgress(options: EgressOptions) {
  const { allowedPrivate } = options;
  const mayCall = addressRule(allowedPrivate);
  const resolve = options.resolve ?? dnsResolve();
  const limits = { ...defaultLimits, ...options.limits };
  const pooling = { keepAlive: true, maxFreeSockets: 64, timeout: 15_000 };
  const agents = { 'http:': new HttpAgent(pooling), 'https:': new HttpsAgent(pooling) };

  const addressesOf = async (host: string, isLiteral: boolean): Promise<string[]> =>
    (isLiteral ? [host] : await resolve(host)).filter(mayCall);

  return {
    /** Why a URL cannot be called now, in words for who sent it; null when it can. */
    async complaintAbout(text: string): Promise<string | null> {
      const target = readTarget(text, options);
      if (typeof target === 'string') return target;
      try {
        const addresses = await addressesOf(target.host, target.isLiteral);
        // One answer for "no such name" and "a private address": what our name servers know is nobody's business.
        return addresses.length > 0 ? null : 'must name a host with a public address';
      } catch {
        return 'must name a host that can be looked up now: check it, or try again';
      }
    },

    /** Posts once. Never throws for what the other side does or is. */
    async post(
      text: string,
      content: { body: string; headers: Readonly<Record<string, string>>; signal?: AbortSignal },
    ): Promise<Called> {
      const target = readTarget(text, options);
      if (typeof target === 'string') return { failure: 'refused-address' };
      let addresses: string[];
      try {
        addresses = await addressesOf(target.host, target.isLiteral);
      } catch {
        return { failure: 'connection' };
      }
      if (addresses.length === 0) return { failure: 'refused-address' };
      const agent = agents[target.url.protocol === 'https:' ? 'https:' : 'http:'];
      return post({ target, addresses, agent, limits, ...content });
    },

    /** Closes idle connections. */
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}
export type Egress = ReturnType<typeof createEgress>;

import { isIP } from 'node:net';
import { type PortRange, portOf, portsInWords } from './ports.ts';

/** Where a call goes: an absolute URL that we may call as far as its text tells. */
export interface Target {
  url: URL;
  /** The host without the brackets of an IPv6 literal. */
  host: string;
  isLiteral: boolean;
}

export interface TargetRule {
  allowHttp: boolean;
  allowedPorts: readonly PortRange[];
}

/** Reads a URL; a text says why it cannot be called. Numbers in every spelling (decimal, hex, octal) come out of the URL parser as plain addresses. */
export function readTarget(text: string, { allowHttp, allowedPorts }: TargetRule): Target | string {
  if (!URL.canParse(text)) return 'must be a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return 'must begin with https://';
  const port = portOf(url);
  if (!allowedPorts.some(({ from, to }) => from <= port && port <= to))
    return `must be on port ${portsInWords(allowedPorts)}, not ${port}`;
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.hash !== '' || text.includes('#')) return 'must not have a fragment';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') return 'must name a host';
  return { url, host, isLiteral: isIP(host) !== 0 };
}

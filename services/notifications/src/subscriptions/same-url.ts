import { mappedIPv4 } from '../egress/addresses.ts';

/** What no path and no query may hold as it is (RFC 3986 §3.3, §3.4), though the URL parser lets some of it through; a percent sign that begins no escape, too. */
const mustBeEncoded = /%(?![0-9a-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]/giu;

/** Characters that mean the same whether or not they are percent-encoded (RFC 3986 §2.3). */
const unreserved = /^[A-Za-z0-9._~-]$/;

/**
 * A URL in the one spelling in which it is compared (RFC 3986 §6.2): scheme and host in small letters, an address or a name in
 * one form, no dot behind the name, no default port, no dot segments, nothing encoded that need not be, all that must be, no empty
 * query, no fragment, which is never sent.
 */
export function normalisedUrl(text: string): string {
  const url = new URL(text);
  url.hostname = plainHost(url.hostname);
  url.pathname = plainlyEncoded(url.pathname);
  url.search = plainlyEncoded(url.search);
  url.hash = '';
  return url.href;
}

/** A name without the dot behind it; an IPv4 address as that, also where an IPv6 address carries it. */
function plainHost(host: string): string {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return mappedIPv4(address) ?? host.replace(/\.+$/, '');
}

const plainlyEncoded = (text: string): string =>
  text.replace(mustBeEncoded, encodeURIComponent).replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return unreserved.test(character) ? character : encoded.toUpperCase();
  });

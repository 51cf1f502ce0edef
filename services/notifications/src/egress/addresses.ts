import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** IPv4 that is not somebody's public address: IANA's special-purpose registry (RFC 6890), multicast and class E. */
const specialIPv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, and the metadata service of every cloud
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4', // and 255.255.255.255
];

/** Inside global unicast, yet not somebody's public address: protocol assignments, documentation, 6to4 with IPv4 in it. */
const specialIPv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const cidr = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/;

/** Whether a text is a range of addresses: an address, a slash, a prefix length. */
export function isCidr(text: string): boolean {
  const [, address = '', prefix = ''] = cidr.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

function rangesOf(cidrs: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const text of cidrs) {
    const [, address = '', prefix = ''] = cidr.exec(text) ?? [];
    ranges.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return ranges;
}

const notPublicIPv4 = rangesOf(specialIPv4);
const notPublicIPv6 = rangesOf(specialIPv6);
const globalUnicast = rangesOf(['2000::/3']);
const mapped = rangesOf(['::ffff:0:0/96']);

/**
 * Says of an address whether we may call it: a public one, or one in the ranges that the operator names. An IPv6 address
 * that carries an IPv4 one (RFC 4291 §2.5.5.2) is judged as that; what is not an address at all is refused.
 */
export function addressRule(allowedPrivate: readonly string[] = []): (address: string) => boolean {
  const allowed = rangesOf(allowedPrivate);
  return (address) => {
    const family = isIP(address);
    if (family === 0) return false;
    if (family === 4) return allowed.check(address, 'ipv4') || !notPublicIPv4.check(address, 'ipv4');
    if (address.includes('%')) return false;
    const inner = mappedIPv4(address);
    if (inner !== null) {
      return allowed.check(inner, 'ipv4') || !notPublicIPv4.check(inner, 'ipv4');
    }
    if (allowed.check(address, 'ipv6')) return true;
    return globalUnicast.check(address, 'ipv6') && !notPublicIPv6.check(address, 'ipv6');
  };
}

/** The IPv4 address that an IPv6 address carries (`::ffff:192.0.2.1`); null of any other address, and of what is none. */
export const mappedIPv4 = (address: string): string | null =>
  isIPv6(address) && !address.includes('%') && mapped.check(address, 'ipv6') ? embeddedIPv4(address) : null;

/** The last 32 bits of an IPv6 address, as IPv4. The URL parser writes every address in one form (::ffff:7f00:1). */
function embeddedIPv4(address: string): string {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [high = '0', low = '0'] = canonical.split(':').slice(-2);
  const bits = [Number.parseInt(high || '0', 16), Number.parseInt(low || '0', 16)];
  return bits.flatMap((part) => [part >> 8, part & 0xff]).join('.');
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressRule, isCidr } from './addresses.ts';

const mayCall = addressRule();

describe('an address that may not be called', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback, far end', '127.255.255.254'],
    ['loopback, IPv6', '::1'],
    ['loopback, IPv4-mapped', '::ffff:127.0.0.1'],
    ['loopback, IPv4-mapped in hex', '::ffff:7f00:1'],
    ['loopback, IPv4-mapped at length', '0:0:0:0:0:ffff:7f00:0001'],
    ['loopback, IPv4-compatible', '::127.0.0.1'],
    ['loopback through NAT64', '64:ff9b::127.0.0.1'],
    ['loopback through 6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:53aa:64c::1'],
    ['unspecified', '0.0.0.0'],
    ['unspecified, IPv6', '::'],
    ['this network', '0.1.2.3'],
    ['private, class A', '10.1.2.3'],
    ['private, class B, first', '172.16.0.1'],
    ['private, class B, last', '172.31.255.255'],
    ['private, class C', '192.168.0.1'],
    ['private, IPv4-mapped', '::ffff:10.0.0.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT, last', '100.127.255.255'],
    ['link-local: cloud metadata', '169.254.169.254'],
    ['metadata, IPv4-mapped', '::ffff:169.254.169.254'],
    ['metadata of one cloud, IPv6', 'fd00:ec2::254'],
    ['link-local, IPv6', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['unique local', 'fc00::1'],
    ['site-local', 'fec0::1'],
    ['multicast', '224.0.0.1'],
    ['multicast, IPv6', 'ff02::1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['benchmarking', '198.18.0.1'],
    ['documentation', '203.0.113.7'],
    ['documentation, IPv6', '2001:db8::1'],
    ['not an address', 'clinic.example'],
    ['empty', ''],
  ])('%s: %s', (_name, address) => {
    expect(mayCall(address)).toBe(false);
  });
});

describe('an address that may be called', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
    '::ffff:8.8.8.8',
  ])('%s', (address) => {
    expect(mayCall(address)).toBe(true);
  });

  it('is a private one that the operator named, in either form, and its neighbours are not', () => {
    const rule = addressRule(['127.0.0.1/32', 'fd12::/64']);
    expect(['127.0.0.1', '::ffff:127.0.0.1', 'fd12::9'].map(rule)).toEqual([true, true, true]);
    expect(['127.0.0.2', '::1', 'fd13::9', '10.0.0.1'].map(rule)).toEqual([false, false, false, false]);
  });
});

it('an IPv4-mapped address is judged as the IPv4 address in it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(mayCall(`::ffff:${address}`)).toBe(mayCall(address));
    }),
  );
});

it.each([
  ['10.0.0.0/8', true],
  ['127.0.0.1/32', true],
  ['fd00::/8', true],
  ['10.0.0.0', false],
  ['10.0.0.0/33', false],
  ['::/129', false],
  ['clinic.example/8', false],
])('%s is a range: %s', (text, is) => {
  expect(isCidr(text)).toBe(is);
});

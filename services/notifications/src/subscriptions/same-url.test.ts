import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalisedUrl } from './same-url.ts';

const url = 'https://clinic.example/hook?a=1';

it.each([
  ['another case of scheme and host', 'HTTPS://Clinic.EXAMPLE/hook?a=1'],
  ['the default port', 'https://clinic.example:443/hook?a=1'],
  ['a port with zeros before it', 'https://clinic.example:0443/hook?a=1'],
  ['a dot behind the name', 'https://clinic.example./hook?a=1'],
  ['dot segments', 'https://clinic.example/x/../hook?a=1'],
  ['encoded dot segments', 'https://clinic.example/x/%2e%2E/hook?a=1'],
  ['letters that need not be encoded', 'https://clinic.example/%68ook?%61=1'],
  ['letters of the host that need not be encoded', 'https://%63linic.example/hook?a=1'],
  ['wide letters and dots in the host', 'https://ｃｌｉｎｉｃ。example/hook?a=1'],
  ['a fragment', 'https://clinic.example/hook?a=1#top'],
  ['an empty fragment', 'https://clinic.example/hook?a=1#'],
  ['blanks around it', ' https://clinic.example/hook?a=1\n'],
  ['tabs and line breaks in it', 'https://clinic.exa\tmple/ho\nok?a=1'],
  ['backslashes', 'https:\\\\clinic.example\\hook?a=1'],
])('%s is the same address', (_name, other) => expect(normalisedUrl(other)).toBe(normalisedUrl(url)));

it.each([
  ['another path', 'https://clinic.example/hooks?a=1'],
  ['another case of the path', 'https://clinic.example/Hook?a=1'],
  ['a slash at the end', 'https://clinic.example/hook/?a=1'],
  ['another query', 'https://clinic.example/hook?a=2'],
  ['another port', 'https://clinic.example:8443/hook?a=1'],
  ['an encoded slash', 'https://clinic.example/hook%2F?a=1'],
])('%s is another address', (_name, other) => expect(normalisedUrl(other)).not.toBe(normalisedUrl(url)));

it.each(['|', '^', '[', ']', '{', '}', '<', '>', '"', '`', ' '])(
  '%s is the same whether or not it is encoded',
  (character) => {
    const encoded = encodeURIComponent(character);
    for (const [plain, escaped] of [
      [`/a${character}b`, `/a${encoded}b`],
      [`/a?b=${character}c`, `/a?b=${encoded.toLowerCase()}c`],
    ])
      expect(normalisedUrl(`https://clinic.example${plain}`)).toBe(normalisedUrl(`https://clinic.example${escaped}`));
  },
);

it('a percent sign that begins no escape is one that is encoded', () => {
  expect(normalisedUrl('https://clinic.example/100%?b=%zz')).toBe(
    normalisedUrl('https://clinic.example/100%25?b=%25zz'),
  );
});

it('escapes are compared whatever the case of their letters, and a host however it is written', () => {
  expect(normalisedUrl('https://clinic.example/%d0%BA')).toBe(normalisedUrl('https://clinic.example/%D0%ba'));
  expect(normalisedUrl('https://клиника.example/')).toBe(normalisedUrl('https://xn--80apagcdp.example'));
  expect(normalisedUrl('https://0x08080808/')).toBe(normalisedUrl('https://8.8.8.8'));
  expect(normalisedUrl('https://[::ffff:8.8.8.8]/')).toBe(normalisedUrl('https://8.8.8.8'));
  expect(normalisedUrl('https://[0:0:0:0:0:FFFF:808:808]:443')).toBe(normalisedUrl('https://8.8.8.8'));
  expect(normalisedUrl('https://[2001:4860:4860:0::8888]/')).toBe(normalisedUrl('https://[2001:4860:4860::8888]'));
  expect(normalisedUrl('https://[::8.8.8.8]/')).not.toBe(normalisedUrl('https://8.8.8.8'));
  expect(normalisedUrl('https://clinic.example/?')).toBe(normalisedUrl('https://clinic.example'));
});

it('what is normalised stays as it is', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), (text) => {
      const once = normalisedUrl(text);
      expect(normalisedUrl(once)).toBe(once);
    }),
  );
});

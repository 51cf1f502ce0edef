import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { audience, createLocalIssuer } from '../test/local-issuer.ts';
import { refusalOf, seconds, setUp, start } from '../test/verifying.ts';
import { createVerifier } from './verifier.ts';

describe('a verifier', () => {
  it('refuses a token that brings its own key along, in the header or at an address', async () => {
    const { issuer, verifier } = await setUp();
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const claims = { ...decodeJwt(await issuer.sign({ issuedAt: seconds(start) })), role: 'supervisor' };
    const address = 'https://elsewhere.example/jwks';
    for (const own of [
      { jwk },
      { jwk, kid: 'first' },
      { jku: address, kid: 'first' },
      { x5u: address, kid: 'first' },
      { x5c: [Buffer.from('certificate').toString('base64')], kid: 'first' },
      { kid: address },
      { kid: 'first' },
      {},
    ]) {
      const header = { alg: 'ES256', typ: 'at+jwt', ...own };
      const token = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
      expect(await refusalOf(verifier, token), Object.keys(own).join()).toBe('token-invalid');
    }
    expect(issuer.asked.every((path) => !path.includes('elsewhere'))).toBe(true);
  });

  it('refuses a token of an algorithm that is not for the key it names, or that is not known here', async () => {
    const { issuer, verifier } = await setUp();
    const claims = decodeJwt(await issuer.sign({ issuedAt: seconds(start) }));
    for (const alg of ['RS256', 'EdDSA', 'ES384', 'PS256', 'RS512']) {
      const { privateKey } = await generateKeyPair(alg);
      const token = await new SignJWT(claims).setProtectedHeader({ alg, typ: 'at+jwt', kid: 'first' }).sign(privateKey);
      expect(await refusalOf(verifier, token), alg).toBe('token-invalid');
    }
    const [, payload = '', signature = ''] = (await issuer.sign({ issuedAt: seconds(start) })).split('.');
    for (const alg of ['none', 'None', 'HS256', 'RS256', 'EdDSA', 'es256', ['ES256'], null, 7]) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt', kid: 'first' })).toString('base64url');
      for (const end of [signature, ''])
        expect(await refusalOf(verifier, `${header}.${payload}.${end}`), String(alg)).toBe('token-invalid');
    }
  });

  it('refuses a token of one issuer that names another, both of them in the configuration', async () => {
    const [one, two] = [await createLocalIssuer(), await createLocalIssuer('https://second.example')];
    const both: typeof fetch = (input, init) =>
      String(input instanceof Request ? input.url : input).startsWith(two.issuer)
        ? two.fetch(input, init)
        : one.fetch(input, init);
    const verifier = createVerifier({ issuers: [one.issuer, two.issuer], audience, fetch: both, now: () => start });
    const issuedAt = seconds(start);
    expect(await refusalOf(verifier, await two.sign({ issuedAt }))).toBe('accepted');
    expect(await refusalOf(verifier, await one.sign({ issuedAt, issuer: two.issuer }))).toBe('token-invalid');
    for (const issuer of [`${one.issuer}/`, 'HTTPS://issuer.example', `${one.issuer}@elsewhere.example`])
      expect(await refusalOf(verifier, await one.sign({ issuedAt, issuer })), issuer).toBe('token-invalid');
  });
});

import type { KeyObject } from 'node:crypto';

/** Keys whose private halves stand in documents that everybody copies from, by their `x`. */
const published: ReadonlySet<string | undefined> = new Set([
  'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', // RFC 7515 A.3
  'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', // RFC 7517 A.2
  '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', // RFC 8037 A.1
  'EVs_o5-uQbTjL3chynL4wXgUg2R9q9UU8I5mEovUf84', // the ES256 example of jwt.io
]);

/** Whether a key is an example: whoever has read where it stands can sign with it. */
export const isExampleKey = (key: KeyObject): boolean => published.has(key.export({ format: 'jwk' }).x);

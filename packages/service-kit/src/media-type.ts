import type { IncomingHttpHeaders } from 'node:http';
import { refused } from './problem.ts';

/** Of which type a body is said to be, and whether in UTF-8: where nothing is said, it is. */
export function mediaTypeOf(headers: IncomingHttpHeaders): { name: string; isUtf8: boolean } {
  const [name = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charsets = parameters.filter((parameter) => /^charset\s*=/.test(parameter));
  return { name, isUtf8: charsets.every((charset) => /^charset="?utf-?8"?$/.test(charset)) };
}

/** The refusal of a body that is said to be in another encoding. */
export const notUtf8 = () =>
  refused('unsupported-media-type', { detail: 'The body is not in UTF-8.', remedy: 'Send it as UTF-8.' });

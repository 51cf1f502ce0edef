import { isUtf8 } from 'node:buffer';

const jsonDepthMax = 64;

/**
 * Why bytes are not looked at as JSON at all: another encoding, or nesting without end. Whether they are JSON is for the parser
 * to say.
 * @param name what they are: `body`, `line`
 */
export function complaintAboutJson(bytes: Buffer, name: string): string | null {
  if (!isUtf8(bytes)) return `The ${name} is not UTF-8.`;
  return isTooDeep(bytes) ? `The ${name} is nested more than ${jsonDepthMax} deep.` : null;
}

/** Whether brackets outside of strings go too deep. Counts them in the bytes, so that nothing recurses: in UTF-8 no byte of another character looks like one. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > jsonDepthMax) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}

/**
 * Whether an object in a JSON text has two values by one name (RFC 8259 §4), of which a parser silently drops the first. For text
 * that has been parsed: of other text it says anything.
 */
export function repeatsName(json: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(/[{}]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      const names = open.at(-1);
      if (names?.has(name) === true) return true;
      names?.add(name);
    }
  }
  return false;
}

/**
 * Every first and last code point of each run that Unicode treats alike: all that a rule about characters can tell apart, in a
 * thousandth of the time that all code points take. Halves of surrogate pairs and NUL, which no UTF-8 file holds, are left out.
 */
export function tellingCharacters(): string[] {
  const found = new Set<string>();
  let [kindBefore, before] = ['', ''];
  for (let code = 1; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    const kind = kindOf(character);
    if (kind !== kindBefore) found.add(before).add(character);
    [kindBefore, before] = [kind, character];
  }
  found.delete('');
  return [...found];
}

const properties = [
  /\p{L}/u,
  /\p{M}/u,
  /\p{N}/u,
  /[\p{P}\p{S}]/u,
  /\p{Z}/u,
  /\p{Cc}/u,
  /\p{Cf}/u,
  /\p{Co}/u,
  /\p{Cn}/u,
  /\p{White_Space}/u,
  /\p{Default_Ignorable_Code_Point}/u,
  /\p{Noncharacter_Code_Point}/u,
  /\p{Extended_Pictographic}/u,
  /[\u2028-\u2029\u2800\uFFFC\uFFFD]/u,
];
const kindOf = (character: string): string => properties.map((property) => Number(property.test(character))).join('');

/** Words that stand in for a secret until somebody draws one. */
const wellKnown = [
  'admin',
  'administrator',
  'changeit',
  'changeme',
  'default',
  'demo',
  'development',
  'example',
  'letmein',
  'mypassword',
  'mysecret',
  'pass',
  'passwd',
  'password',
  'placeholder',
  'postgres',
  'production',
  'qwerty',
  'replaceme',
  'rohnamo',
  'root',
  'sample',
  'secret',
  'supersecret',
  'test',
  'todo',
  'user',
  'welcome',
  'xxx',
];

/** Whether a secret is one that anybody would try: a well-known word, also in other case, padded, repeated or numbered. */
export function isWellKnown(secret: string): boolean {
  const letters = secret
    .toLowerCase()
    .replaceAll('0', 'o')
    .replaceAll('$', 's')
    .replaceAll('@', 'a')
    .replace(/[^a-z]/g, '');
  if (new Set(secret).size < 6 || isRepeated(secret) || isRun(secret)) return true;
  let rest = letters;
  for (const word of [...wellKnown].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '');
  // What is left of "change-me-secret-password-1234" once the words are gone is next to nothing.
  return rest.length < letters.length && rest.length < Math.max(10, letters.length / 3);
}

/** The same again and again: "abc123abc123". */
const isRepeated = (secret: string): boolean => `${secret}${secret}`.indexOf(secret, 1) <= secret.length / 2;

/** One character after the other: "abcdefgh…", "87654321…". */
function isRun(secret: string): boolean {
  let inStep = 0;
  for (let index = 1; index < secret.length; index += 1) {
    if (Math.abs(secret.charCodeAt(index) - secret.charCodeAt(index - 1)) <= 1) inStep += 1;
  }
  return inStep > secret.length * 0.7;
}

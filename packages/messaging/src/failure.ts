const transientCodes = new Set([
  'dependency-unavailable',
  'issuer-unavailable',
  'overloaded',
  'outcome-unknown',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** SQLSTATE: connection lost, out of resources, shutting down, read-only after a failover; undici's own. */
const transientClass = /^(08[0-9A-Z]{3}|53[0-9A-Z]{3}|57P0[1-5]|25006|UND_ERR_\w+)$/;
/** What pg and its pool say without a code. */
const lostConnection = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/;

/** Whether it is about what lies around the effect and passes by itself, so that the event is not to blame. */
export const isTransient = (error: unknown): boolean =>
  chainOf(error).some((cause) => {
    const code = codeOf(cause);
    return code === undefined
      ? lostConnection.test(cause.message)
      : transientCodes.has(code) || transientClass.test(code);
  });

/** What may be told of a failure: a code, its own or of what caused it, else its name. Never a message, which can hold anything. */
export function reasonOf(error: unknown): string {
  const chain = chainOf(error);
  const code = chain.map(codeOf).find((found) => found !== undefined);
  const name = chain[0]?.name;
  return code ?? (name !== undefined && isToken(name) ? name : 'unknown');
}

const isToken = (text: string): boolean => /^[A-Za-z][\w-]{0,63}$|^[0-9A-Z]{5}$/.test(text);

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' && isToken(error.code) ? error.code : undefined;
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 5; each = each.cause) chain.push(each);
  return chain;
}

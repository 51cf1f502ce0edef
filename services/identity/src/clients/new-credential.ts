import { readFile } from 'node:fs/promises';
import { type CommandIo, describeIssue, secret as secretRule } from '@rohnamo/service-kit';
import type { Credential } from './decide.ts';
import { Misuse } from './misuse.ts';
import { readPublicJwks } from './public-keys.ts';
import { hashOfSecret, newSecret } from './secret.ts';

interface CredentialAsked {
  /** A file with its public keys, for a client without a secret. */
  publicJwkFile?: string | undefined;
  /** The variable of `env` that holds its secret. */
  secretVariable?: string | undefined;
  env?: CommandIo['env'];
}

/** The credential that was asked for, and the secret to be shown: null where there is none, or whoever asks has it. */
export async function newCredential({
  publicJwkFile,
  secretVariable,
  env = {},
}: CredentialAsked): Promise<{ credential: Credential; secret: string | null }> {
  if (secretVariable !== undefined) {
    if (publicJwkFile !== undefined) throw new Misuse('a client has a secret or keys, not both');
    return { credential: { kind: 'secret', hash: hashOfSecret(secretFrom(env, secretVariable)) }, secret: null };
  }
  if (publicJwkFile === undefined) {
    const secret = newSecret();
    return { credential: { kind: 'secret', hash: hashOfSecret(secret) }, secret };
  }
  const text = await readFile(publicJwkFile, 'utf8').catch(() => {
    throw new Misuse(`the file ${publicJwkFile} cannot be read`);
  });
  try {
    return { credential: { kind: 'keys', publicJwks: readPublicJwks(text) }, secret: null };
  } catch (error) {
    throw new Misuse(
      `the file ${publicJwkFile} cannot be used: ${error instanceof Error ? error.message : 'it is not JSON'}`,
    );
  }
}

/** Whoever installs chooses it, so that both sides can be given it before either runs. */
function secretFrom(env: CommandIo['env'], variable: string): string {
  const found = secretRule().safeParse(env[variable] ?? '');
  if (!found.success)
    throw new Misuse(
      `the variable ${variable} ${found.error.issues.map((issue) => describeIssue(issue)).join('; it ')}`,
    );
  return found.data;
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Where a sealed value stands. It opens nowhere else. */
export interface Place {
  column: 'secret' | 'previous_secret';
  row: string;
}

const layout = 1;
const nonceLength = 12;
const tagLength = 16;

/** Seals signing secrets at rest: AES-256-GCM, bound to table, column and row. @param keyBase64 32 bytes. */
export function createSecretBox(keyBase64: string) {
  const key = Buffer.from(keyBase64, 'base64');
  if (key.length !== 32) throw new Error('the key of webhook secrets is 32 bytes in base64');
  const boundTo = ({ column, row }: Place) => Buffer.from(`subscription.${column}:${row}`);

  const seal = (secret: string, place: Place): Buffer => {
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([layout]), nonce, cipher.getAuthTag(), sealed]);
  };

  const open = (sealed: Buffer, place: Place): string => {
    if (sealed[0] !== layout) throw new Error('a sealed secret of an unknown layout');
    const nonce = sealed.subarray(1, 1 + nonceLength);
    const tag = sealed.subarray(1 + nonceLength, 1 + nonceLength + tagLength);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
      .setAAD(boundTo(place))
      .setAuthTag(tag);
    const secret = sealed.subarray(1 + nonceLength + tagLength);
    return Buffer.concat([decipher.update(secret), decipher.final()]).toString('utf8');
  };

  return {
    seal,
    /** @throws when it was sealed under another key or for another place, or was altered. */
    open,
    /** The same secret for another column; null when it cannot be read any more, since its key is lost. */
    move(
      sealed: Buffer,
      { row, from, to }: { row: string; from: Place['column']; to: Place['column'] },
    ): Buffer | null {
      let secret: string;
      try {
        secret = open(sealed, { row, column: from });
      } catch {
        return null;
      }
      return seal(secret, { row, column: to });
    },
  };
}
export type SecretBox = ReturnType<typeof createSecretBox>;

/** A new signing secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

// Prints an environment for docker-compose.yml with every secret drawn at random: node infra/docker/make-env.mjs > .env
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';

const services = ['registry', 'directory', 'referral', 'notifications', 'identity'];
const password = () => randomBytes(24).toString('base64url');
const key = () => randomBytes(32).toString('base64');

const variables = { POSTGRES_SUPERUSER_PASSWORD: password() };
for (const service of services) {
  const prefix = service.toUpperCase();
  for (const role of ['OWNER', 'APP', 'SEALER']) variables[`${prefix}_${role}_PASSWORD`] = password();
  const seed = key();
  variables[`${prefix}_CHECKPOINT_SIGNING_KEY`] = seed;
  variables[`${prefix}_CHECKPOINT_VERIFIER_KEY`] = verifierKey(`rohnamo/${service}`, Buffer.from(seed, 'base64'));
}
variables.NOTIFICATIONS_WEBHOOK_SECRET_KEY = key();
variables.REGISTRY_CLIENT_SECRET = password();
variables.REFERRAL_CLIENT_SECRET = password();
// PKCS #8 DER in base64: one line, which a .env file can hold without quotes.
variables.IDENTITY_SIGNING_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

/** The public half of a checkpoint key, as `seal --verifier-key` prints it (C2SP signed-note). */
function verifierKey(origin, seed) {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]); // RFC 8410 §10.3
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const typed = Buffer.concat([Buffer.from([1]), raw]);
  const id = createHash('sha256').update(`${origin}\n`).update(typed).digest('hex').slice(0, 8);
  return `${origin}+${id}+${typed.toString('base64')}`;
}

console.log('# Secrets of one installation. Keep them to yourself, keep a copy, and never commit them.');
for (const [name, value] of Object.entries(variables)) console.log(`${name}=${value}`);

import type { Command, Terminal } from '../command.ts';
import { CalledWrongly, optionsOf, typedPath } from '../called-wrongly.ts';
import { servicesNamed } from '../services-named.ts';
import { findInstallation, installationHelp } from '../installation.ts';
import { takeBackup } from './take-backup.ts';

export const backup: Command = {
  summary: 'backs up the databases, while the services work',
  help: `rohnamo backup --out <folder> [--only <service>,…]

Writes each service's database into a folder of its own making, and manifest.json last: a folder without it is no backup.
The services may go on. Nothing is locked.

  --out <folder>      a new folder, mode 0700
  --only <service>,…  registry, directory, referral, notifications, identity; without it: all

${installationHelp}
A backup holds secrets and what people have told in confidence: encrypt it, and keep it where few can reach it.
The keys are NOT in it (secrets.json, .env, your secret store): keep a copy of them somewhere else than the backups.
`,
  run,
};

async function run(args: readonly string[], { env, out, say }: Terminal): Promise<number> {
  const values = optionsOf(args, { out: { type: 'string' }, only: { type: 'string', multiple: true } });
  if (values.out === undefined) throw new CalledWrongly('--out is missing: it names the folder of the backup.');
  const services = servicesNamed(values.only);
  const folder = typedPath(values.out, { env });
  const installation = await findInstallation({ env, say }, { stopped: false, services });
  try {
    await takeBackup(installation, { folder, services, say });
  } finally {
    await installation.close();
  }
  say(
    'It holds secrets and what people have told in confidence: encrypt it, and keep it where few can reach it.\n' +
      'The keys are NOT in it (secrets.json, .env, your secret store). Without WEBHOOK_SECRET_KEY no webhook secret in it can be\n' +
      'read, without the checkpoint keys nothing can be proved: keep a copy of the keys, and not beside the backup.\n',
  );
  out(`${folder}\n`);
  return 0;
}

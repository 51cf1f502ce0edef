import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '@rohnamo/launch';
import { readManifest } from '../backup/manifest.ts';
import type { Command, Terminal } from '../command.ts';
import { CalledWrongly, optionsOf, typedPath } from '../called-wrongly.ts';
import { keptCheckpoints } from '../kept-checkpoints.ts';
import { servicesNamed } from '../services-named.ts';
import { findInstallation, installationHelp } from '../installation.ts';
import { publishAgain } from './followers.ts';
import { reportOf, wordsOf } from './report.ts';
import { type RestorePlan, restoreDatabases } from './restore-databases.ts';
import { refuseInUse, type Restorable } from './target-database.ts';

export const restore: Command = {
  summary: 'restores databases from a backup, proves them, and sets Kafka right',
  help: `rohnamo restore --from <folder> [--only <service>,…] [--replace] [--accept-loss] [--checkpoint <file>]… [--report <file>] [--kafka-lost]
rohnamo restore --kafka-lost

Stop the services that are restored first. Each database is made beside the real one, filled, and proved; then it takes its place.
Consumers hear again what came after the backup. What others have heard of and the backup does not hold is listed in the report.

  --from <folder>      a backup, as rohnamo backup made it
  --only <service>,…   registry, directory, referral, notifications, identity; without it: all that the backup holds
  --replace            put a database that is not empty aside, under another name; it is not deleted
  --accept-loss        put it in place although it lacks what was recorded since: without it nothing is changed then, what
                       would be lost is listed, and the exit code is 1
  --checkpoint <file>  a checkpoint that was kept outside (GET /v1/journal/checkpoint); may be given several times
  --report <file>      where the report goes; without it: into the backup's folder
  --kafka-lost         Kafka's topics are gone: all is published again. Without --from: no database is restored

${installationHelp}`,
  run,
};

async function run(args: readonly string[], { env, out, say }: Terminal): Promise<number> {
  const values = optionsOf(args, {
    from: { type: 'string' },
    only: { type: 'string', multiple: true },
    replace: { type: 'boolean', default: false },
    'accept-loss': { type: 'boolean', default: false },
    checkpoint: { type: 'string', multiple: true, default: [] },
    report: { type: 'string' },
    'kafka-lost': { type: 'boolean', default: false },
  });
  const pathOf = (path: string) => typedPath(path, { env });
  const named = servicesNamed(values.only);
  if (values.from === undefined) {
    if (!values['kafka-lost']) throw new CalledWrongly('--from is missing: it names the folder of a backup.');
    return within({ env, say }, named, async (installation) => {
      for (const service of named) await refuseInUse(installation, service);
      for (const service of named) await publishAgain(installation.ownerUrls[service]);
      say(`${named.join(', ')}: the whole journal will be published again when it starts\n`);
    });
  }
  const folder = pathOf(values.from);
  const manifest = await readManifest(folder);
  const services = values.only ? named : named.filter((service) => manifest.databases[service] !== undefined);
  const kept = byService(await keptCheckpoints(values.checkpoint, { env }));
  const now = new Date();
  const report = values.report
    ? pathOf(values.report)
    : join(folder, `restored-${now.toISOString().replaceAll(':', '-')}.json`);
  const onProved: RestorePlan['onProved'] = async (found) => {
    await writeFile(report, `${JSON.stringify(reportOf(found, { takenAt: manifest.takenAt, now }), null, 2)}\n`, {
      mode: 0o600,
    });
    for (const [service, restored] of found) out(wordsOf(service, restored));
  };
  return within({ env, say }, services, async (installation) => {
    const aside = await restoreDatabases(installation, {
      folder,
      manifest,
      services,
      replace: values.replace,
      acceptLoss: values['accept-loss'],
      kept,
      kafkaLost: values['kafka-lost'],
      say,
      onProved,
      now,
    });
    say(`What was lost, subject by subject: ${report}\n`);
    for (const name of aside)
      say(`What was there is kept as the database ${name}: drop it when you no longer need it.\n`);
    say('Start the services now.\n');
  });
}

async function within(
  terminal: Pick<Terminal, 'env' | 'say'>,
  services: readonly ServiceName[],
  work: (installation: Restorable) => Promise<void>,
): Promise<number> {
  const installation = await findInstallation(terminal, { stopped: true, services });
  try {
    const { superuserUrl } = installation;
    if (superuserUrl === null) throw new Error('the services run: stop them first');
    await work({ ...installation, superuserUrl });
    return 0;
  } finally {
    await installation.close();
  }
}

/** By their first line, the journal's origin. @throws CalledWrongly for one of no service */
function byService(notes: readonly string[]): Map<ServiceName, string[]> {
  const serviceOf = (note: string): ServiceName => {
    const service = serviceNames.find((name) => note.startsWith(`rohnamo/${name}\n`));
    if (service === undefined)
      throw new CalledWrongly('--checkpoint: one of the checkpoints is of no service of ours.');
    return service;
  };
  return Map.groupBy(notes, serviceOf);
}

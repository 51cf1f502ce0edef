import { baseConfig, type CommandIo, ConfigError, createPool, loadConfig } from '@rohnamo/service-kit';

const commandConfig = baseConfig.pick({ DATABASE_URL: true });
const usage = 'Usage: npm run service -- directory desks shared';

/**
 * `desks shared`: lists the desks that several facilities name, from before a desk was one facility's. Needs DATABASE_URL. The
 * exit code: 0 there are none, 1 there are, or they could not be read, 2 not understood.
 */
export async function desksCommand(args: readonly string[], { env, out, say }: CommandIo): Promise<number> {
  if (args.join(' ') !== 'shared') {
    say(`${usage}\n`);
    return 2;
  }
  try {
    const { DATABASE_URL } = loadConfig(commandConfig, env);
    const pool = createPool(DATABASE_URL, { applicationName: 'directory desks', max: 1 });
    try {
      const { rows } = await pool.query<SharedDesk>(sharedDesks);
      for (const { deskId, facilityId, organisationId } of rows)
        out(`desk ${deskId} facility ${facilityId} organisation ${organisationId}\n`);
      say(rows.length === 0 ? 'No desk is named by more than one facility.\n' : advice);
      return rows.length === 0 ? 0 : 1;
    } finally {
      await pool.end();
    }
  } catch (error) {
    say(error instanceof ConfigError ? `${error.message}\n` : 'The database cannot be read: is it up and migrated?\n');
    return 1;
  }
}

interface SharedDesk {
  deskId: string;
  facilityId: string;
  organisationId: string;
}

const sharedDesks = `
  with named as (
    select (desk->>'id')::uuid as desk_id, facility.id as facility_id, organisation_id
    from facility, jsonb_array_elements(desks) as desk
  )
  select desk_id as "deskId", facility_id as "facilityId", organisation_id as "organisationId" from named
  where desk_id in (select desk_id from named group by desk_id having count(*) > 1)
  order by desk_id, facility_id`;

const advice =
  'A client of such a desk sees the tasks of both. Give one facility a new desk, move its offerings there, and make its clients anew.\n';

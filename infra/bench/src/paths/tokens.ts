import { alternate, turnOf } from '../measure/turn.ts';
import { referrerOrganisation } from '../world/ids.ts';
import { basic } from '../world/world.ts';
import { labelOf } from './compare.ts';
import type { HotPath } from './path.ts';

const levels = [1, 16, 64];

export const tokens: HotPath = {
  name: 'tokens',
  title: 'POST /token',
  about: 'The client credentials grant with a secret: one signature each. There is no ceiling to it but the signature.',
  async measure({ world, load, seconds, concurrency = levels }) {
    const client = await world.clientOf({
      role: 'migration-service',
      organisationId: referrerOrganisation,
      organisationKind: 'migration-service',
    });
    const { url, process } = world.identity;
    const shot = {
      method: 'POST',
      path: '/token',
      headers: { authorization: basic(client), 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
      status: 200,
    } as const;
    const side = { url, pid: process.pid, shot, numbers: { from: 0, to: 1, isCycle: true } };
    const measuring = { load, postgresPid: world.servers.pids.postgres };
    const rows = [];
    for (const callers of concurrency) {
      const turn = () => turnOf(measuring, side, { concurrency: callers, seconds });
      rows.push({ label: labelOf(callers), ...(await alternate({ product: turn, ceiling: null })) });
    }
    return { rows, readings: [], checks: [], ratioMin: null };
  },
};

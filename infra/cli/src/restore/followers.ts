import type { ServiceName } from '@rohnamo/launch';
import { withClient } from './target-database.ts';

/** Where there is no broker, consumers remember how far they have read each journal: none may be beyond the end of a restored one. */
export async function setFollowersBack(
  ends: ReadonlyMap<ServiceName, number>,
  consumerUrls: readonly string[],
): Promise<void> {
  for (const url of consumerUrls)
    await withClient(url, async (client) => {
      for (const [service, end] of ends)
        await client.query('update follower set position = $2 where right(name, length($1)) = $1 and position > $2', [
          ` of ${service}`,
          end,
        ]);
    });
}

/** The relay publishes its whole journal once more: consumers ignore what they have. */
export const publishAgain = (ownerUrl: string): Promise<unknown> =>
  withClient(ownerUrl, (client) => client.query(`update follower set position = 0 where name = 'relay'`));

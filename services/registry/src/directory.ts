import { Organisation, Place } from '@rohnamo/contracts';
import { pageOf, Refused, type ServiceClient } from '@rohnamo/service-kit';

/** What the directory has of what is named here. Nobody waits for it: while it does not answer, what it alone could refuse is taken. */
export interface Directory {
  /** The codes of all districts and towns, at most some seconds old; null while nobody can say, and where no place was imported. */
  districts(): Promise<ReadonlySet<string> | null>;
  /** Whether there is such an organisation; true while nobody can say. */
  hasOrganisation(id: string): Promise<boolean>;
}

/** Of an installation in which the registry asks nobody: everything may be. */
export const noDirectory: Directory = {
  districts: () => Promise.resolve(null),
  hasOrganisation: () => Promise.resolve(true),
};

const freshForMs = 5000;
const Districts = pageOf(Place);

/**
 * Asks the directory. Places and organisations are never taken away there, so that an organisation that was found is not asked for
 * again, and districts that were read once stand in for those that cannot be read now.
 */
export function createDirectory({ client, now }: { client: ServiceClient; now: () => number }): Directory {
  const organisations = new Set<string>();
  let known: ReadonlySet<string> | null = null;
  let readAt = -Infinity;
  let reading: Promise<void> | null = null;

  const read = async (): Promise<void> => {
    const codes = new Set<string>();
    let cursor: string | null = '';
    do {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: { items: Place[]; next: string | null } = await client.call({
        path: `/v1/places?level=2&limit=200${after}`,
        answer: Districts,
      });
      for (const { id } of page.items) codes.add(id);
      cursor = page.next;
    } while (cursor !== null);
    known = codes.size === 0 ? null : codes;
  };

  return {
    async districts() {
      if (now() - readAt >= freshForMs) {
        reading ??= read()
          .catch(ifAway)
          .finally(() => {
            readAt = now(); // also where it is away: nobody waits for it again and again
            reading = null;
          });
        await reading;
      }
      return known;
    },
    async hasOrganisation(id) {
      if (organisations.has(id)) return true;
      try {
        await client.call({ path: `/v1/organisations/${id}`, answer: Organisation, passOn: ['not-found'] });
        organisations.add(id);
        return true;
      } catch (error) {
        if (error instanceof Refused && error.code === 'not-found') return false;
        ifAway(error);
        return true;
      }
    },
  };
}

function ifAway(error: unknown): void {
  if (!(error instanceof Refused && error.code === 'dependency-unavailable')) throw error;
}

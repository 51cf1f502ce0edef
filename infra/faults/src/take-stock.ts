import { Delivery, FeedPage, Referral, TrailEntry, TrailVerification, WebhookBody } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { z } from 'zod';
import type { ServiceName } from '@rohnamo/launch';
import type { Installation } from './installation.ts';
import { type Call, patientCaller } from './integrator.ts';
import type { Parties } from './parties.ts';
import {
  type Found,
  type FoundReferral,
  type Handoff,
  type ReceivedWebhook,
  reckon,
  repeatedWebhooks,
  type Violation,
} from './reckoning.ts';

const Trail = z.object({ items: z.array(TrailEntry), verification: TrailVerification });
const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), next: z.string().nullable() });
const ListedReferral = Referral.omit({ receipts: true });

/** Referrals that a reckoning reads at once. */
const readingAtOnce = 16;

/** What became of some handoffs. */
export interface Reckoning {
  handoffCount: number;
  violations: Violation[];
  /** Calls to the facility's system that came more than once. */
  repeatedWebhooks: number;
  /** All that there is of the referrals that a promise was broken to. */
  broken: FoundReferral[];
  /** Where the facility's feed ends now: a later reckoning of other handoffs begins there. */
  feedEnd: string;
}

export interface ReckoningPlan {
  installation: Installation;
  parties: Parties;
  /** The longest that it may take until all has come to rest. */
  withinMs?: number;
  /** Whose journals are audited, too, from their beginning to their end. */
  journals?: readonly ServiceName[];
  /** Where the facility's feed ended when the first of the handoffs began. */
  feedFrom?: string;
}

/** Lets some handoffs come to rest, and holds what is found of them, by everybody's own API, against what was promised. */
export async function reckoningOf(handoffs: readonly Handoff[], plan: ReckoningPlan): Promise<Reckoning> {
  let stock: Stock = { referrals: [], webhooks: [], journals: [], feedEnd: plan.feedFrom ?? '' };
  let violations: Violation[] = [];
  const isAtRest = async () => {
    stock = await takeStock(handoffs, plan);
    violations = reckon(handoffs, stock);
    return violations.length === 0;
  };
  await webhooksHaveCome(handoffs, plan)
    .then(() => eventually(isAtRest, { withinMs: plan.withinMs ?? 60_000, everyMs: 500 }))
    .catch(isAtRest);
  const isBroken = new Set(violations.map(({ referralId }) => referralId));
  return {
    handoffCount: handoffs.length,
    violations,
    repeatedWebhooks: repeatedWebhooks(stock.webhooks),
    broken: stock.referrals.filter(({ id }) => isBroken.has(id)),
    feedEnd: stock.feedEnd,
  };
}

/** Resolves when the facility's system was called about everything that its handoffs were answered. */
function webhooksHaveCome(
  handoffs: readonly Handoff[],
  { parties, withinMs = 60_000 }: ReckoningPlan,
): Promise<unknown> {
  const wanted = handoffs.flatMap(({ referralId, told }) => told.map(({ type }) => `${referralId} ${type}`));
  return eventually(
    () => {
      const come = new Set(parties.system.calls.map(({ body }) => said(body)));
      return wanted.every((each) => come.has(each));
    },
    { withinMs },
  );
}

const said = (body: string): string => {
  const { id, type } = WebhookBody.parse(JSON.parse(body));
  return `${id} ${type}`;
};

interface Stock extends Found {
  feedEnd: string;
}

async function takeStock(
  handoffs: readonly Handoff[],
  { installation, parties, journals = ['referral', 'notifications'], feedFrom = '' }: ReckoningPlan,
): Promise<Stock> {
  const { issuer, replicasOf, journalOf } = installation;
  const as = (who: keyof Parties['credentials'], service: 'referral' | 'notifications') =>
    patientCaller({
      issuer,
      credentials: parties.credentials[who],
      urls: () => replicasOf(service).map(({ url }) => url),
    });
  const referrer = as('referrer', 'referral');
  const references = new Set(handoffs.map(({ reference }) => reference));
  const facility = as('facility', 'notifications');
  const [ours, feed] = await Promise.all([
    newest(referrer, '/v1/referrals', {
      item: ListedReferral,
      isOurs: ({ details }) => references.has(details?.reference ?? ''),
    }),
    feedOf(facility, feedFrom),
  ]);
  const ids = new Set(ours.map(({ id }) => id));
  const deliveries = await newest(facility, '/v1/deliveries', {
    item: Delivery,
    isOurs: ({ referralId }) => ids.has(referralId),
  });
  const feedBy = Map.groupBy(feed.items, ({ id }) => id);
  const deliveriesBy = Map.groupBy(deliveries, ({ referralId }) => referralId);
  const auditor = as('auditor', 'referral');
  const seen = await mapAtMost(readingAtOnce, ours, ({ id }) => referrer(`/v1/referrals/${id}`, { answer: Referral }));
  const [first] = seen;
  if (first) await sealedTrail(auditor, first.id); // then the looks at the others, which came before this, are sealed, too
  const referrals = await mapAtMost(readingAtOnce, seen, async (referral): Promise<FoundReferral> => {
    const { items, verification } = await sealedTrail(auditor, referral.id);
    return {
      id: referral.id,
      reference: referral.details?.reference ?? '',
      version: referral.version,
      state: referral.state,
      trail: items.flatMap(({ id, type, version, position, state }) =>
        version === null ? [] : [{ eventId: id, type, version, position, state }],
      ),
      proof: verification,
      receipts: referral.receipts ?? [],
      feed: (feedBy.get(referral.id) ?? []).map(({ eventId, type, sequence }) => ({
        eventId,
        type,
        version: sequence,
      })),
      deliveries: deliveriesBy.get(referral.id) ?? [],
    };
  });
  return {
    referrals,
    webhooks: webhooksOf(parties).filter(({ referralId }) => ids.has(referralId)),
    journals: await Promise.all(journals.map((name) => journalOf(name).audit())),
    feedEnd: feed.end,
  };
}

/** Like `Promise.all` over a map, with at most so many under way. */
async function mapAtMost<Item, Made>(
  atOnce: number,
  items: readonly Item[],
  make: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) made[index] = await make(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return made;
}

/** Looking is an entry, too: the trail is read again until what we did to it is sealed. */
async function sealedTrail(auditor: Call, id: string): Promise<z.infer<typeof Trail>> {
  let last: z.infer<typeof Trail> | undefined;
  const isSealed = async () => {
    last = await auditor(`/v1/referrals/${id}/trail?verify=true`, { answer: Trail });
    return last.verification.pending === 0 && last;
  };
  return eventually(isSealed, { everyMs: 300 }).catch(
    () => last ?? Promise.reject(new Error('no trail could be read')),
  );
}

/** What is ours of a list, newest first, as far as there is any: what comes after a page without is older than all of ours. */
async function newest<Item extends z.ZodType>(
  call: Call,
  path: string,
  { item, isOurs }: { item: Item; isOurs: (one: z.infer<Item>) => boolean },
): Promise<z.infer<Item>[]> {
  const found: z.infer<Item>[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: z.infer<ReturnType<typeof pageOf<Item>>> = await call(
      `${path}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      { answer: pageOf(item) },
    );
    const ours = page.items.filter(isOurs);
    found.push(...ours);
    cursor = ours.length > 0 ? page.next : null;
  }
  return found;
}

/** The facility's feed, from a cursor, or its beginning, to where it is empty. */
async function feedOf(facility: Call, from: string): Promise<{ items: FeedPage['items']; end: string }> {
  const items: FeedPage['items'] = [];
  for (let end = from; ;) {
    const page = await facility(`/v1/events?limit=200${end && `&cursor=${end}`}`, { answer: FeedPage });
    if (page.items.length === 0) return { items, end };
    items.push(...page.items);
    end = page.next;
  }
}

const webhooksOf = ({ system }: Parties): ReceivedWebhook[] =>
  system.calls.map(({ body, headers, verified }) => ({
    deliveryId: String(headers['webhook-id']),
    referralId: WebhookBody.parse(JSON.parse(body)).id,
    isSigned: verified === true,
  }));

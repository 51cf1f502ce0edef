import { randomUUID } from 'node:crypto';
import { FeedPage } from '@rohnamo/contracts';
import { encodeCursor } from '@rohnamo/service-kit';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byHand, type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
beforeAll(async () => {
  running = await runningNotifications();
});
afterAll(() => running.stop());

describe('GET /v1/events', () => {
  it('gives every event of the organisation once and in order, page by page, without end', async () => {
    const as = { ...running.roles.facility, organisationId: randomUUID() };
    const referralId = randomUUID();
    const events = [1, 2, 3].map((sequence) =>
      running.anEvent(sequence === 1 ? 'referral.sent.v1' : 'referral.accepted.v1', {
        referralId,
        sequence,
        facilityOrganisationId: as.organisationId,
      }),
    );
    for (const event of events) await running.hand(event);
    const first = await eventually(async () => {
      const page = await running.feed(as, '?limit=2');
      return page.items.length === 2 && page;
    });
    expect(FeedPage.parse(first).items[0]).toEqual({
      id: referralId,
      type: 'referral.sent.v1',
      eventId: events[0]?.id,
      time: '2026-11-24T04:30:00.000Z',
      sequence: 1,
    });
    const second = await eventually(async () => {
      const page = await running.feed(as, `?limit=2&cursor=${first.next}`);
      return page.items.length === 1 && page;
    });
    const ids = [...first.items, ...second.items].map(({ eventId }) => eventId);
    expect(ids).toEqual(events.map(({ id }) => id));
    const end = await running.feed(as, `?cursor=${second.next}`);
    expect(end).toMatchObject({ items: [], next: second.next });

    const later = running.anEvent('referral.scheduled.v1', {
      referralId,
      sequence: 4,
      facilityOrganisationId: as.organisationId,
    });
    await running.hand(later);
    const further = await eventually(async () => {
      const page = await running.feed(as, `?cursor=${end.next}`);
      return page.items.length > 0 && page;
    });
    expect(further.items.map(({ eventId }) => eventId)).toEqual([later.id]);
  });

  it('gives an event once to whoever works at several desks that it is for, however it is paged', async () => {
    const [left, gained] = [randomUUID(), randomUUID()];
    const as = { ...running.roles.facility, organisationId: randomUUID(), deskIds: [left, gained] };
    const { organisationId } = as;
    const events = [1, 2].map((sequence) =>
      running.anEvent('referral.reassigned.v1', {
        referralId: randomUUID(),
        sequence,
        facilityOrganisationId: organisationId,
        deskId: gained,
        previous: {
          facilityId: randomUUID(),
          facilityOrganisationId: organisationId,
          deskId: left,
          referrerOrganisationId: organisationId,
        },
      }),
    );
    for (const event of events) await running.hand(event);
    const expected = events.map(({ id }) => id);
    for (const limit of [1, 2, 3, 50]) {
      const read = async () => {
        const found: string[] = [];
        for (let cursor = ''; ;) {
          const page = await running.feed(as, `?limit=${limit}${cursor}`);
          if (page.items.length === 0) return found;
          found.push(...page.items.map(({ eventId }) => eventId));
          cursor = `&cursor=${page.next}`;
        }
      };
      expect(
        await eventually(async () => {
          const found = await read();
          return found.length >= 2 && found;
        }),
      ).toEqual(expected);
    }
    for (const desk of as.deskIds) {
      const { items } = await running.feed({ ...as, deskIds: [desk] });
      expect(items.map(({ eventId }) => eventId)).toEqual(expected);
    }
  });

  it('gives each event once to whoever pages while two processes hear them side by side, each event from both and twice', async () => {
    const [left, gained] = [randomUUID(), randomUUID()];
    const as = { ...running.roles.facility, organisationId: randomUUID(), deskIds: [left, gained] };
    const other = byHand();
    const replica = await running.launch(other.transport);
    const events = Array.from({ length: 40 }, (_each, index) =>
      running.anEvent('referral.reassigned.v1', {
        facilityOrganisationId: as.organisationId,
        deskId: gained,
        ...(index % 2 === 0
          ? {}
          : {
              previous: {
                facilityId: randomUUID(),
                facilityOrganisationId: as.organisationId,
                deskId: left,
                referrerOrganisationId: as.organisationId,
              },
            }),
      }),
    );
    let isHeard = false;
    const hear = async (hand: (event: (typeof events)[number]) => Promise<void>, order: typeof events) => {
      for (let at = 0; at < order.length; at += 5) {
        const some = order.slice(at, at + 5);
        await Promise.all([...some, ...some].map(hand));
      }
    };
    const hearing = Promise.all([
      hear((event) => running.hand(event), events),
      hear((event) => other.hand(event), events.toReversed()),
    ]).then(() => (isHeard = true));
    const read: string[] = [];
    for (let cursor = ''; read.length < events.length || !isHeard;) {
      const page = await running.feed(as, `?limit=3${cursor}`);
      read.push(...page.items.map(({ eventId }) => eventId));
      cursor = `&cursor=${page.next}`;
      if (read.length > events.length) break;
    }
    await hearing;
    const again = await running.feed(as, '?limit=200');
    const ids = events.map(({ id }) => id).toSorted();
    expect(read.toSorted()).toEqual(ids);
    expect(again.items.map(({ eventId }) => eventId)).toEqual(read);
    await replica.stop();
    await replica.pool.end();
  });

  it('begins with an empty page and a cursor where there is nothing yet', async () => {
    const page = await running.feed({ ...running.roles.supervisor, organisationId: randomUUID() });
    expect(page.items).toEqual([]);
    expect(page.next).toMatch(/^[\w.-]+$/);
  });

  it('shows nothing of another organisation, and no draft to the facility', async () => {
    await running.hand(running.anEvent('referral.drafted.v1', { state: 'draft' }));
    const ofReferrer = await eventually(async () => {
      const { items } = await running.feed(running.roles.referrer, '?limit=200');
      return items.some(({ type }) => type === 'referral.drafted.v1') && items;
    });
    expect(ofReferrer.length).toBeGreaterThan(0);
    expect((await running.feed(running.roles.stranger)).items).toEqual([]);
    expect((await running.feed(running.roles.facility)).items).toEqual([]);
  });

  it('carries the newest checkpoint of the referral journal, also after a new start', async () => {
    const note = 'rohnamo/referral\n77\nNq0Wm0m3pGm8mN1m6m2x1nQ1W8oP0s2b8m3cYQbq5sE=\n\n— rohnamo/referral 6qS1cA==\n';
    await running.hand(running.anEvent('referral.sent.v1', { checkpoint: note }));
    expect((await running.feed(running.roles.stranger)).checkpoint).toBe(note);
    const restarted = await running.launch(byHand().transport);
    const headers = await running.issuer.authorization(running.roles.stranger);
    const page = (await restarted.app.inject({ url: '/v1/events', headers })).json<FeedPage>();
    expect(page.checkpoint).toBe(note);
    await restarted.stop();
    await restarted.pool.end();
  });

  it.each(['WyJ4Il0', 'Wy0xXQ', 'WzEuNV0', 'nonsense', 'W10'])('refuses the cursor %s', async (cursor) => {
    const { status, body } = await running.call(running.roles.facility, 'GET', `/v1/events?cursor=${cursor}`);
    expect([status, body['type']]).toEqual([422, '/problems/cursor-invalid']);
  });

  it('refuses a limit that is none', async () => {
    expect((await running.call(running.roles.facility, 'GET', '/v1/events?limit=0')).body).toMatchObject({
      type: '/problems/invalid-field',
    });
  });
});

describe('a cursor of the feed', () => {
  const refused = { status: 422, body: { type: '/problems/cursor-invalid' } };
  const pageAt = (as: TokenRequest, cursor: string) => running.call(as, 'GET', `/v1/events?cursor=${cursor}`);
  const readAll = async (as: TokenRequest) => {
    await running.hand(running.anEvent('referral.sent.v1', { facilityOrganisationId: as.organisationId }));
    return eventually(async () => {
      const read = await running.feed(as);
      return read.items.length > 0 && read;
    });
  };

  it('of before cursors named the life of the journal still goes on', async () => {
    const as = { ...running.roles.facility, organisationId: randomUUID() };
    const { next } = await readAll(as);
    const [position] = JSON.parse(Buffer.from(next.split('.')[1]!, 'base64url').toString()) as [number, string];
    expect(await pageAt(as, encodeCursor([position]))).toMatchObject({ status: 200, body: { items: [] } });
  });

  it('behind the end of the journal, or at another entry than the one it was given for, is refused', async () => {
    const as = { ...running.roles.facility, organisationId: randomUUID() };
    const { next } = await readAll(as);
    const [life, rest] = next.split('.') as [string, string];
    const [position] = JSON.parse(Buffer.from(rest, 'base64url').toString()) as [number, string];
    expect(await pageAt(as, `${life}.${encodeCursor([position, randomUUID()])}`)).toMatchObject(refused);
    expect(await pageAt(as, `${life}.${encodeCursor([position + 1_000_000])}`)).toMatchObject(refused);
    expect(await pageAt(as, encodeCursor([position + 1_000_000]))).toMatchObject(refused);
  });
});

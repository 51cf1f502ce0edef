import type { OrganisationKind } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { act, command, limits, now } from '../../test/deciding.ts';
import { allowedActions, decide } from './decide.ts';

describe('giving a case to another organisation', () => {
  it('gives a referral to another organisation with its kind, remembers who wrote it, and forgets it where they have it back', () => {
    const row = aReferralRow({ referrerKind: 'health-provider' });
    const give = (from: typeof row, to: { id: string; kind: OrganisationKind }) => {
      const body = { organisationId: to.id, consentId: '01934b6e-7c1a-7e2f-9d3b-0000000000c1' };
      const occasion = { now, limits, successor: to };
      const asked = decide(from, command(from, 'propose_transfer', body), {
        party: 'referrer-supervisor',
        ...occasion,
      });
      if (asked.kind !== 'moved') throw new Error('it cannot be proposed');
      expect(asked.next.referrerOrganisationId).toBe(from.referrerOrganisationId);
      const taken = decide(asked.next, command(from, 'accept_transfer'), { party: 'successor', now, limits });
      if (taken.kind !== 'moved') throw new Error('it cannot be taken over');
      expect(taken.next.transferOrganisationId).toBeNull();
      return taken.next;
    };
    const writer = row.referrerOrganisationId;
    const office = { id: '01934b6e-7c1a-7e2f-9d3b-0000000000f1', kind: 'migration-service' } as const;
    const ngo = { id: '01934b6e-7c1a-7e2f-9d3b-0000000000f2', kind: 'ngo' } as const;
    const given = give(row, office);
    expect(given).toMatchObject({ referrerOrganisationId: office.id, referrerKind: office.kind, writtenBy: writer });
    expect(give(given, ngo)).toMatchObject({
      referrerOrganisationId: ngo.id,
      referrerKind: ngo.kind,
      writtenBy: writer,
    });
    expect(give(give(given, ngo), { id: writer, kind: 'health-provider' })).toMatchObject({
      referrerOrganisationId: writer,
      referrerKind: 'health-provider',
      writtenBy: null,
    });
  });

  it('lets nobody ask for a transfer once sharing is over, and what was asked ends with it', () => {
    const row = aReferralRow({ state: 'accepted' });
    const proposed = {
      ...row,
      transferOrganisationId: '01934b6e-7c1a-7e2f-9d3b-0000000000f1',
      transferKind: 'ngo' as const,
      transferConsentId: '01934b6e-7c1a-7e2f-9d3b-0000000000c1',
    };
    expect(allowedActions(proposed, ['successor'], now)).toEqual(['accept_transfer', 'decline_transfer']);
    for (const over of [{ sharingStopped: true }, { consentEndsAt: now }]) {
      expect(allowedActions({ ...row, ...over }, ['referrer-supervisor'], now)).not.toContain('propose_transfer');
      expect(allowedActions({ ...proposed, ...over }, ['successor'], now)).toEqual(['decline_transfer']);
    }
    expect(act(proposed, 'system', 'withdraw')).toMatchObject({ next: { transferOrganisationId: null } });
  });
});

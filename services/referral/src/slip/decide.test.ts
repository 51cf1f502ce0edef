import { type Facility, FacilityKind, isSensitive, NeedCategory, ReferralState } from '@rohnamo/contracts';
import { aRecordedFacility } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import type { ReferralRow } from '../schema.ts';
import { slipOf } from './decide.ts';

const now = new Date('2026-11-24T06:00:00.000Z');
const desk = { id: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61', name: 'Ҳуҷраи 4' };
const facility = (other: Partial<Facility> = {}): Facility =>
  aRecordedFacility({ desks: [desk], address: 'Кӯлоб, кӯчаи Айнӣ 5', ...other });
const row = (other: Partial<ReferralRow> = {}) => aReferralRow({ deskId: desk.id, ...other });
const saidOf = (of: ReferralRow, at: Facility = facility()) => {
  const verdict = slipOf(of, at, now);
  return 'say' in verdict ? verdict.say : verdict.refuse;
};

describe('a slip', () => {
  it('says where and when, and the number', () => {
    const appointmentAt = new Date('2026-11-30T06:00:00.000Z');
    expect(saidOf(row({ state: 'scheduled', appointmentAt }))).toEqual({
      number: 'RH-4K7M2-QX93B-7',
      address: 'Кӯлоб, кӯчаи Айнӣ 5',
      room: 'Ҳуҷраи 4',
      appointmentAt,
    });
  });

  it('says the same whatever the need and the kind of place', () => {
    const said = NeedCategory.options
      .filter((needCategory) => !isSensitive(needCategory))
      .flatMap((needCategory) => FacilityKind.options.map((kind) => saidOf(row({ needCategory }), facility({ kind }))));
    expect(new Set(said.map((content) => JSON.stringify(content))).size).toBe(1);
  });

  it('is not printed of a sensitive need, nor where the place is confidential', () => {
    for (const needCategory of NeedCategory.options.filter(isSensitive))
      expect(saidOf(row({ needCategory })), needCategory).toBe('slip-confidential');
    expect(saidOf(row(), facility({ locationConfidential: true, address: null }))).toBe('slip-confidential');
  });

  it('is printed while somebody may still go there', () => {
    const printed = ReferralState.options.filter((state) => typeof saidOf(row({ state })) === 'object');
    expect(printed).toEqual([
      'sent',
      'acknowledged',
      'info_requested',
      'accepted',
      'scheduled',
      'no_show',
      'in_service',
    ]);
    for (const over of [{ sharingStopped: true }, { consentEndsAt: now }])
      expect(saidOf(row({ state: 'accepted', ...over }))).toBe('consent-missing');
  });

  it('leaves out an appointment that was missed, and a room that has no name', () => {
    const appointmentAt = new Date('2026-11-20T06:00:00.000Z');
    expect(saidOf(row({ state: 'no_show', appointmentAt }))).toMatchObject({ appointmentAt: null });
    expect(saidOf(row({ deskId: null }))).toMatchObject({ room: null });
  });

  it.each([
    ['Маркази саломатии Кӯлоб, кӯчаи Айнӣ 5', 'its own name'],
    ['Областной противотуберкулёзный диспансер, ул. Айни 5', 'a kind'],
    ['Душанбе, больница № 3, 2-й этаж', 'a kind'],
    ['Kulob, 5 Ayni street, HIV centre', 'a kind'],
    ['Маркази бемории сил, Бохтар', 'an illness'],
  ])('has a line to write on instead of an address that says %s', (address) => {
    expect(saidOf(row(), facility({ address }))).toMatchObject({ address: null });
  });

  it.each(['Психолог', 'Наркология, кабинет 2', 'TB room', 'Духтури занон', 'Social worker'])(
    'has a line to write on instead of a room called %s',
    (name) => {
      expect(saidOf(row(), facility({ desks: [{ ...desk, name }] }))).toMatchObject({ room: null });
    },
  );

  it.each([
    'Душанбе, хиёбони Рӯдакӣ 12',
    'Бохтар, ул. Айни, д. 45, 2 этаж',
    'Khorog, 7 Lenin street',
    'Деҳаи Сарикамар',
  ])('prints an address that is no more than that: %s', (address) => {
    expect(saidOf(row(), facility({ address }))).toMatchObject({ address });
  });
});

import { type Facility, FacilityKind, isSensitive, NeedCategory, SlipLanguage } from '@rohnamo/contracts';
import { extractText, getDocumentProxy } from 'unpdf';
import { aRecordedFacility } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import type { ReferralRow } from '../schema.ts';
import { type SlipContent, slipOf } from './decide.ts';
import { slipFonts } from './fonts.ts';
import { slipPdf } from './pdf.ts';
import { qrTextOf } from './qr-code.ts';
import { newSlipToken } from './token.ts';

const fonts = slipFonts();
const issuedAt = new Date('2026-11-24T06:00:00.000Z');
const token = newSlipToken(() => 7);
const content: SlipContent = {
  number: 'RH-4K7M2-QX93B-7',
  address: 'Ғафуров, Қурғонтеппа, Ӯротеппа, Ҳисор, Ҷиргатол, Айнӣ: ғ ӣ қ ӯ ҳ ҷ',
  room: 'Ҳуҷраи 4',
  appointmentAt: new Date('2026-11-30T20:30:00.000Z'),
};

async function printed(slip: { content?: SlipContent; language?: SlipLanguage; statusUrl?: string }) {
  const pdf = await slipPdf({ content, language: 'tg', statusUrl: undefined, token, issuedAt, ...slip }, fonts);
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { totalPages, text } = await extractText(document, { mergePages: true });
  const { info } = await document.getMetadata();
  return { totalPages, text: text.replace(/\s+/g, ' '), info: info as Record<string, unknown> };
}

describe('the page', () => {
  it('gives its text back with every letter of Tajik', async () => {
    const { text } = await printed({});
    expect(text).toContain('Ғафуров, Қурғонтеппа, Ӯротеппа, Ҳисор, Ҷиргатол, Айнӣ: ғ ӣ қ ӯ ҳ ҷ');
    for (const words of ['Роҳхат', 'Ба куҷо', 'Ҳуҷраи 4', 'Нусха барои қабулкунанда', 'Рамзро ба касе нагӯед.'])
      expect(text).toContain(words);
  });

  it.each(SlipLanguage.options)(
    'is one, of three copies, in %s, and the code stands on the person’s alone',
    async (language) => {
      const { totalPages, text, info } = await printed({ language });
      expect(totalPages).toBe(1);
      expect(text.match(/RH-4K7M2-QX93B-7/g)).toHaveLength(3);
      expect(text.match(/7777-7777-7777-7777/g)).toHaveLength(1);
      expect(text).toContain('01.12.2026, 01:30'); // local time
      expect(info).toMatchObject({ Title: 'RH-4K7M2-QX93B-7', Language: language });
    },
  );

  it('fits one page whatever the length of an address and a room', async () => {
    const long = { ...content, address: 'Ш'.repeat(300), room: 'Щ'.repeat(100) };
    expect((await printed({ content: long })).totalPages).toBe(1);
  });

  it('leads to the page where one asks with the code in the fragment, which no server is sent', () => {
    const leadsTo = new URL(qrTextOf(token, 'https://status.example.tj/slip?lang=tg'));
    expect(leadsTo.hash).toBe(`#${token}`);
    expect(leadsTo.href.replace(leadsTo.hash, '')).not.toContain(token);
    expect(qrTextOf(token, undefined)).toBe(token);
  });
});

/** What no slip may say, in any of its languages: kinds of place, needs, services, people. Not the list that the product withholds by. */
const forbidden = [
  /hospital|clinic|health|medic|doctor|nurse|patient|treat|therap|diagnos|illness|disease|injur|fracture|wound/,
  /\btb\b|tubercul|\bhiv\b|aids|narco|addict|substance|mental|psych|mhpss|violen|traffick|abus|surviv|victim/,
  /disab|rehabil|matern|pregnan|birth date|child|livelihood|skill|training|business|legal|social|protection|shelter/,
  /больниц|клиник|здоров|медиц|врач|доктор|пациент|лечен|диагноз|болезн|травм|туберк|(?<!\p{L})вич(?!\p{L})|спид|нарко|псих/u,
  /насили|жертв|инвалид|реабилит|беремен|роддом|приют|юрид|правов|социальн|обучен|мигра|диспансер/,
  /беморхона|саломат|тандуруст|духтур|табиб|бемор|табобат|муолиҷа|(?<!\p{L})сил(?!\p{L})|равон|маъюб|зӯровар|паноҳгоҳ|ҳуқуқ/u,
  /омӯзиш|муҳоҷир|зоишгоҳ|занон|иҷтимо|нашъа/,
];

/** A referral with something of the person in every field that holds words. */
const secrets = [
  'fell from a scaffold',
  'Назарова',
  'Фирӯза',
  '1994',
  'Сарикамар',
  'injury-care',
  'case-17',
  '+992000000001',
];
const telling = (needCategory: NeedCategory, deskId: string): ReferralRow =>
  aReferralRow({
    needCategory,
    deskId,
    state: 'scheduled',
    appointmentAt: issuedAt,
    reason: 'fell from a scaffold',
    servicesAlreadyGiven: 'Назарова Фирӯза, 1994, Сарикамар',
    instructions: 'bring the X-ray of the fracture',
    safeContact: { method: 'phone', phone: '+992000000001' },
  });
const kindInWords: Partial<Record<FacilityKind, string>> = {
  'district-tb-centre': 'Туберкулёзный диспансер',
  'hiv-centre': 'Маркази ВИЧ/СПИД',
  'narcology-centre': 'Маркази наркологӣ',
  'mental-health-centre': 'Маркази саломатии равонӣ',
  'reproductive-health-centre': 'Маркази саломатии репродуктивӣ',
  shelter: 'Паноҳгоҳи занон',
  'legal-aid': 'Маркази ёрии ҳуқуқӣ',
};
const at = (kind: FacilityKind, deskId: string): Facility => {
  const name = kindInWords[kind] ?? 'Беморхонаи марказӣ';
  return aRecordedFacility({
    kind,
    name: { tg: name },
    districtId: 'TJK003D010',
    desks: [{ id: deskId, name: 'Ҳуҷраи 4' }],
    address: FacilityKind.options.indexOf(kind) % 2 === 0 ? 'Кӯлоб, кӯчаи Айнӣ 5' : `${name}, кӯчаи Айнӣ 5`,
  });
};

describe.each(SlipLanguage.options)('a slip in %s', (language) => {
  const deskId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61';
  const cases = [
    ...NeedCategory.options.map((need) => [need, 'rural-health-centre'] as const),
    ...FacilityKind.options.map((kind) => ['chronic-illness', kind] as const),
  ].filter(([need]) => !isSensitive(need));

  it.each(cases)('of %s to a %s names neither, and nothing of the person', async (need, kind) => {
    const verdict = slipOf(telling(need, deskId), at(kind, deskId), new Date('2026-11-24T06:00:00.000Z'));
    if (!('say' in verdict)) throw new Error(verdict.refuse);
    const { text, info } = await printed({ content: verdict.say, language });
    const said = `${text} ${JSON.stringify(info)}`.toLowerCase();
    for (const words of forbidden) expect(said).not.toMatch(words);
    for (const secret of [...secrets, need, kind]) expect(said).not.toContain(secret.toLowerCase());
  });
});

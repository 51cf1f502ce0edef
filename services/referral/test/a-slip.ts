import type { TokenRequest } from '@rohnamo/testkit';
import { extractText, getDocumentProxy } from 'unpdf';
import type { ReferralService } from './referral-service.ts';

let asked = 0;
/** An address that nobody has asked from, so that the limit of one does not matter to another. */
export const anAddress = (): string => {
  asked += 1;
  return `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`;
};

/** Asks for a slip; its text where there is one. */
export async function printed(at: ReferralService, id: string, as: TokenRequest = at.roles.referrer, language = 'tg') {
  const answer = await at.app.inject({
    method: 'POST',
    url: `/v1/referrals/${id}/slip`,
    headers: await at.issuer.authorization(as),
    payload: { language },
  });
  const { statusCode: status, headers, rawPayload } = answer;
  if (status !== 200) return { status, headers, text: '', token: '', problem: answer.json<Record<string, unknown>>() };
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(rawPayload)), { mergePages: true });
  const [token = ''] = /(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\s+(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}/.exec(text) ?? [];
  return { status, headers, text, token, problem: {} };
}

/** Asks where it is, or says how it was, as somebody with a slip. */
export async function ask(at: ReferralService, payload: object, { path = '/v1/status', from = anAddress() } = {}) {
  const answer = await at.app.inject({ method: 'POST', url: path, payload, remoteAddress: from });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, unknown>>() };
}

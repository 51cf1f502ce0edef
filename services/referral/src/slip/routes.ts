import { Id, NewSlip } from '@rohnamo/contracts';
import { allow, problemResponses, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { slipFonts } from './fonts.ts';
import { slipPdf } from './pdf.ts';
import { printSlip } from './print-slip.ts';
import { newSlipToken } from './token.ts';

/**
 * `POST /v1/referrals/{id}/slip`: the paper that the person takes along.
 * @returns what reads the fonts' tables, half a second's work, before the first slip is waited for
 */
export function registerSlip(
  app: Server,
  context: Context,
  { statusUrl }: { statusUrl: string | undefined },
): { warm: () => Promise<unknown> } {
  const fonts = slipFonts();
  app.post(
    '/v1/referrals/:id/slip',
    {
      config: { access: allow({ roles: ['migration-service', 'facility'], scope: 'referrals:refer' }) },
      schema: {
        tags: ['slip'],
        operationId: 'printSlip',
        summary: 'Print a slip for the person to take along',
        description:
          'One A4 page of three copies: the person’s, with a QR code; that of those who receive; the referrer’s. It says where to go and when, and nothing of the person, the need, or what kind of place it is; what cannot be said without that, or is not known, is a line to write on. Each printing has a code of its own, which is kept nowhere: a repeat prints another one. Of a sensitive need, or of a place that is confidential, none is printed.',
        params: z.object({ id: Id }),
        body: NewSlip,
        response: {
          200: {
            description: 'A page to print',
            content: { 'application/pdf': { schema: z.string().meta({ contentMediaType: 'application/pdf' }) } },
          },
          ...problemResponses(
            'not-found',
            'illegal-action',
            'slip-confidential',
            'consent-missing',
            'dependency-unavailable',
            'overloaded',
            'outcome-unknown',
          ),
        },
      },
    },
    async (request, reply) => {
      const pdf = await printSlip(context, request, {
        id: request.params.id,
        language: request.body.language,
        statusUrl,
        fonts,
      });
      return reply
        .type('application/pdf')
        .header('content-disposition', 'inline; filename="slip.pdf"')
        .send(pdf as unknown as string); // bytes go out as they are, whatever the schema
    },
  );

  const blank = { number: '', address: null, room: null, appointmentAt: null };
  return {
    warm: () =>
      slipPdf({ content: blank, language: 'tg', token: newSlipToken(), statusUrl, issuedAt: context.now() }, fonts),
  };
}

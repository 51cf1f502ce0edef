import type { SlipLanguage } from '@rohnamo/contracts';
// oxlint-disable-next-line import/no-named-as-default -- its types have the default alone
import PDFDocument from 'pdfkit';
import type { SlipContent } from './decide.ts';
import type { SlipFonts } from './fonts.ts';
import { drawCopy } from './copy.ts';
import type { Copy } from './words.ts';

/** A4 in points (ISO 216), cut into three. */
const page = { width: 595.28, height: 841.89 };
const copies: readonly Copy[] = ['person', 'receiver', 'referrer'];

export interface SlipToPrint {
  content: SlipContent;
  language: SlipLanguage;
  token: string;
  /** The page on which a person asks, if there is one: the QR code leads there, with the token behind the #. */
  statusUrl: string | undefined;
  issuedAt: Date;
}

/**
 * One A4 page of three copies with lines to cut along. The code stands on the person's own copy alone: who finds it on another
 * could speak in their name.
 */
export function slipPdf(slip: SlipToPrint, fonts: SlipFonts): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    lang: slip.language,
    displayTitle: true,
    info: { Title: slip.content.number, Creator: 'Rohnamo', CreationDate: slip.issuedAt },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  doc.on('end', () => resolve(Buffer.concat(chunks)));
  doc.on('error', reject);
  // pdfkit takes fonts that fontkit has read; its types know files and buffers alone.
  doc.registerFont('regular', fonts.regular as unknown as Buffer);
  doc.registerFont('bold', fonts.bold as unknown as Buffer);
  const height = page.height / copies.length;
  copies.forEach((copy, index) => drawCopy(doc, slip, { copy, top: index * height, width: page.width, height }));
  copies.slice(1).forEach((_, index) => drawCut(doc, (index + 1) * height));
  doc.end();
  return promise;
}

function drawCut(doc: PDFKit.PDFDocument, y: number): void {
  doc.save().lineWidth(0.6).strokeColor('#8a8a8a');
  doc.dash(4, { space: 4 }).moveTo(30, y).lineTo(page.width, y).stroke().undash();
  for (const side of [-1, 1]) {
    doc.circle(12, y + side * 3.2, 2.1).stroke();
    doc
      .moveTo(13.9, y + side * 2.2)
      .lineTo(25, y - side * 2.6)
      .stroke();
  }
  doc.restore();
}

import { tajikistan } from '../lifecycle/calendar.ts';
import type { SlipToPrint } from './pdf.ts';
import { darkModules, qrTextOf } from './qr-code.ts';
import { groupsOf } from './token.ts';
import { type Copy, type SlipWords, slipWords } from './words.ts';

type Doc = PDFKit.PDFDocument;
interface Box {
  x: number;
  y: number;
  width: number;
}

const ink = '#1a1a1a';
const faint = '#5c5c5c';
const hairline = '#b8b8b8';
const margin = 42;
const asideWidth = 150;
const gutter = 26;
/** Noto Sans stands far apart by itself. */
const lineGap = -2.5;

/** One of the three parts of a slip: on the left where, when and what; on the right the code, or a place to sign. */
export function drawCopy(
  doc: Doc,
  slip: SlipToPrint,
  { copy, top, width, height }: { copy: Copy; top: number; width: number; height: number },
): void {
  const words = slipWords[slip.language];
  const whole = { x: margin, y: top + 24, width: width - 2 * margin };
  const body = drawHead(doc, words, { copy, number: slip.content.number, box: whole });
  const aside = { x: whole.x + whole.width - asideWidth, y: body + 12, width: asideWidth };
  const main = { x: whole.x, y: body + 12, width: whole.width - asideWidth - gutter };
  drawFields(doc, words, { slip, box: main });
  if (copy === 'person') drawCode(doc, words, { slip, box: aside });
  else
    drawSignature(doc, words, { said: copy === 'receiver' ? words.came : words.given, box: aside, end: top + height });
}

/** @returns where the body begins */
function drawHead(doc: Doc, words: SlipWords, { copy, number, box }: { copy: Copy; number: string; box: Box }): number {
  const { x, y, width } = box;
  doc
    .font('bold')
    .fontSize(19)
    .fillColor(ink)
    .text(words.title, x, y - 6, { lineBreak: false });
  doc
    .font('regular')
    .fontSize(9.5)
    .fillColor(faint)
    .text(words.copies[copy], x, y + 19, { lineBreak: false });
  doc.fontSize(8).text(words.number, x, y - 2, { width, align: 'right', lineBreak: false });
  doc
    .font('bold')
    .fontSize(14)
    .fillColor(ink)
    .text(number, x, y + 10, { width, align: 'right', lineBreak: false });
  const below = y + 38;
  doc
    .moveTo(x, below)
    .lineTo(x + width, below)
    .lineWidth(1.2)
    .strokeColor(ink)
    .stroke();
  return below;
}

function drawFields(doc: Doc, words: SlipWords, { slip, box }: { slip: SlipToPrint; box: Box }): void {
  const { address, room, appointmentAt } = slip.content;
  const half = (box.width - gutter) / 2;
  let y = field(doc, { ...box, label: words.where, value: address, size: 13, heightMax: 52 });
  const rooms = field(doc, { ...box, y, width: half, label: words.room, value: room, size: 12, heightMax: 30 });
  const when = appointmentAt && timeOf(appointmentAt);
  const times = field(doc, {
    ...box,
    x: box.x + half + gutter,
    y,
    width: half,
    label: words.when,
    value: when,
    size: 12,
    heightMax: 30,
  });
  y = Math.max(rooms, times);
  y = field(doc, { ...box, y, label: words.bring, value: words.whatToBring, size: 9.5, heightMax: 26, isPlain: true });
  y = field(doc, {
    ...box,
    y,
    label: words.questions,
    value: words.whomToAsk,
    size: 9.5,
    heightMax: 26,
    isPlain: true,
  });
  doc
    .font('regular')
    .fontSize(8)
    .fillColor(faint)
    .text(words.telephone, box.x, y + 2, { lineBreak: false });
  rule(doc, { x: box.x + doc.widthOfString(words.telephone) + 6, y: y + 11, end: box.x + box.width });
}

/** A small label with what it says below, or a line to write on. @returns where the next one begins */
function field(
  doc: Doc,
  {
    x,
    y,
    width,
    label,
    value,
    size,
    heightMax,
    isPlain = false,
  }: Box & { label: string; value: string | null; size: number; heightMax: number; isPlain?: boolean },
): number {
  doc.font('regular').fontSize(8).fillColor(faint).text(label, x, y, { lineBreak: false });
  const below = y + 11;
  if (value === null) {
    rule(doc, { x, y: below + 16, end: x + width });
    return below + 25;
  }
  doc.font(isPlain ? 'regular' : 'bold').fillColor(ink);
  const heightAt = (points: number) => doc.fontSize(points).heightOfString(value, { width, lineGap });
  const fitting = sizesFrom(size).find((points) => heightAt(points) <= heightMax) ?? smallest;
  const height = heightAt(fitting);
  doc.text(value, x, below, { width, lineGap });
  return below + height + 8;
}

const smallest = 6.5;
const sizesFrom = (size: number): number[] =>
  Array.from({ length: Math.floor((size - smallest) * 2) + 1 }, (_, step) => size - step / 2);

function rule(doc: Doc, { x, y, end }: { x: number; y: number; end: number }): void {
  doc.moveTo(x, y).lineTo(end, y).lineWidth(0.7).strokeColor(hairline).stroke();
}

function drawCode(doc: Doc, words: SlipWords, { slip, box }: { slip: SlipToPrint; box: Box }): void {
  const { x, y, width } = box;
  const { token, statusUrl } = slip;
  doc.font('regular').fontSize(8).fillColor(faint).text(words.code, x, y, { width, align: 'center' });
  // Around a QR code there are four modules of nothing.
  const { size, dark } = darkModules(qrTextOf(token, statusUrl));
  const side = 92;
  const module = side / size;
  const [left, top] = [x + (width - side) / 2, y + 24];
  for (const { row, column } of dark) doc.rect(left + column * module, top + row * module, module, module);
  doc.fillColor('black').fill();
  const groups = groupsOf(token);
  const lines = [groups.slice(0, 4).join('-'), groups.slice(4).join('-')];
  doc.font('bold').fontSize(11).fillColor(ink);
  lines.forEach((line, index) =>
    doc.text(line, x, top + side + 12 + index * 14, { width, align: 'center', lineBreak: false }),
  );
  doc.font('regular').fontSize(7.5).fillColor(faint);
  const page = statusUrl === undefined ? '' : `${statusUrl.replace(/^https?:\/\//, '')}\n`;
  doc.text(`${page}${words.whatTheCodeIsFor}`, x, top + side + 43, { width, align: 'center', lineGap: -1.5 });
}

function drawSignature(doc: Doc, words: SlipWords, { said, box, end }: { said: string; box: Box; end: number }): void {
  const { x, y, width } = box;
  const height = end - 30 - y;
  doc.roundedRect(x, y, width, height, 4).lineWidth(0.7).strokeColor(hairline).stroke();
  doc
    .font('regular')
    .fontSize(8)
    .fillColor(faint)
    .text(said, x + 8, y + 6, { lineBreak: false });
  rule(doc, { x: x + 8, y: y + height - 18, end: x + width - 8 });
  doc.text(words.dateAndSignature, x + 8, y + height - 15, { lineBreak: false });
}

/** Local time, as it is written there. */
function timeOf(at: Date): string {
  const [day = '', time = ''] = new Date(at.getTime() + tajikistan.utcOffsetMs).toISOString().split('T');
  return `${day.split('-').toReversed().join('.')}, ${time.slice(0, 5)}`;
}

/** One bar: what a path reaches of its ceiling. */
export interface Bar {
  label: string;
  ratio: number;
  /** What it shall reach; `null` where nothing was set. */
  aim: number | null;
}

const rowHeight = 24;
const labelWidth = 220;
const plotWidth = 480;
const margin = 32;

/** Bars from nothing to the ceiling as an SVG picture, readable on light and on dark. The black stroke across a bar is its aim. */
export function plotOf(bars: readonly Bar[]): string {
  const width = labelWidth + plotWidth + 2 * margin;
  const height = bars.length * rowHeight + 2 * margin;
  const xOf = (ratio: number) => labelWidth + Math.min(ratio, 1.2) * (plotWidth / 1.2);
  const gridLines = [0, 0.25, 0.5, 0.75, 1].map((ratio) => {
    const x = xOf(ratio).toFixed(1);
    const name = ratio === 1 ? 'ceiling' : String(ratio);
    return (
      `<line x1="${x}" y1="${margin - 6}" x2="${x}" y2="${height - margin}" stroke="#999" stroke-width="${ratio === 1 ? 1.5 : 0.5}"/>` +
      `<text x="${x}" y="${margin - 12}" text-anchor="middle">${name}</text>`
    );
  });
  const lines = bars.map(({ label, ratio, aim }, index) => {
    const y = margin + index * rowHeight;
    const colour = aim === null || ratio >= aim ? '#2a7f62' : '#c0562e';
    const stroke =
      aim === null
        ? ''
        : `<line x1="${xOf(aim).toFixed(1)}" y1="${y + 1}" x2="${xOf(aim).toFixed(1)}" y2="${y + rowHeight - 5}" stroke="#111" stroke-width="2"/>`;
    return (
      `<text x="${labelWidth - 8}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>` +
      `<rect x="${labelWidth}" y="${y + 3}" width="${(xOf(ratio) - labelWidth).toFixed(1)}" height="${rowHeight - 10}" fill="${colour}"/>` +
      `${stroke}<text x="${(xOf(ratio) + 6).toFixed(1)}" y="${y + 14}">${ratio.toFixed(2)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...gridLines,
    ...lines,
    '</svg>\n',
  ].join('\n');
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// oxlint-disable-next-line import/no-named-as-default -- its types have the default alone
import qrcode from 'qrcode-generator';

/** What the code holds: the token alone, or a page with the token behind the #, which no browser sends to any server. */
export const qrTextOf = (token: string, statusUrl: string | undefined): string =>
  statusUrl === undefined ? token : `${statusUrl}#${token}`;

/** The dark modules of a QR code (ISO/IEC 18004, error correction M), row by row, without its quiet zone. */
export function darkModules(text: string): { size: number; dark: { row: number; column: number }[] } {
  const code = qrcode(0, 'M');
  code.addData(text, /^[0-9A-Z $%*+./:-]+$/.test(text) ? 'Alphanumeric' : 'Byte');
  code.make();
  const size = code.getModuleCount();
  const places = Array.from({ length: size * size }, (_, at) => ({ row: Math.floor(at / size), column: at % size }));
  return { size, dark: places.filter(({ row, column }) => code.isDark(row, column)) };
}

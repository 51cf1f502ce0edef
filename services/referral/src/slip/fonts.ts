import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create } from 'fontkit';

/**
 * Noto Sans: it has every letter of Tajik, ғ ӣ қ ӯ ҳ ҷ among them. Its tables are read once in a process, which takes longer than
 * a slip does; each slip embeds the glyphs that it shows.
 */
export const slipFonts = () => ({
  regular: fontAt(import.meta.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')),
  bold: fontAt(import.meta.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf')),
});
export type SlipFonts = ReturnType<typeof slipFonts>;

const fontAt = (url: string) => create(readFileSync(fileURLToPath(url)));

/** Text as it is compared: NFC, without blanks around it, and without regard to case (full folding, so that ß is ss). */
export const fold = (text: string): string => text.normalize('NFC').trim().toUpperCase().toLowerCase().normalize('NFC');

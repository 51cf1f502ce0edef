export { parcelChange, permitChange, type Scratch, scratchJournal, scratchJournalOver } from './scratch-journal.ts';
export { type SealedScratch, sealedScratch, tamperings } from './sealed-scratch.ts';
export { forgedLine, signedExport } from './signed-export.ts';

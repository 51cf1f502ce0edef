import type { IntakeBatch } from '@rohnamo/contracts';
import type { IntakeBatchRow } from '../schema.ts';

export const viewOf = (row: IntakeBatchRow): IntakeBatch => ({
  id: row.id,
  version: row.version,
  sourceSystem: row.sourceSystem,
  state: row.state,
  dryRun: row.dryRun,
  rows: {
    received: row.rowsReceived,
    read: row.rowsRead,
    registered: row.rowsRegistered,
    updated: row.rowsUpdated,
    unchanged: row.rowsUnchanged,
    refused: row.rowsRefused,
    held: row.rowsHeld,
    warned: row.rowsWarned,
  },
  receivedAt: row.receivedAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  takeBack: row.takeBack && {
    state: row.takeBack.state,
    startedAt: row.takeBack.startedAt,
    finishedAt: row.takeBack.finishedAt,
    persons: { takenBack: row.takeBack.personsTakenBack, left: row.takeBack.personsLeft },
  },
});

import { intakeColumns as allColumns } from '@rohnamo/contracts';
import { referrerOrganisation } from './ids.ts';
import type { Range } from './seed-referral.ts';
import type { Query } from './stage.ts';

/** The columns of a file of returnees that are those of the registry's table, too. */
export const intakeColumns = allColumns.filter((column) => column !== 'access_requirements');
export const sourceSystem = 'bench';

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** A file of people, as a migration service pushes it. */
export function returneesCsv({ from, to }: Range): Buffer {
  const rows = Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const day = `${twoDigits(1 + (n % 12))}-${twoDigits(1 + (n % 28))}`;
    return [
      `person-${n}`,
      'Фирӯза',
      'Назарова',
      'Далер',
      n % 2 === 0 ? 'female' : 'male',
      `${1950 + (n % 60)}-${day}`,
      `+99293${String(n % 10_000_000).padStart(7, '0')}`,
      'tg',
      'TJK003D010',
      'Vahdat',
      'RU',
      `2025-${day}`,
    ].join();
  });
  return Buffer.from(`${[intakeColumns.join(), ...rows].join('\n')}\n`);
}

/** For a bare COPY of such a file: what the registry adds to each row comes from the columns' defaults. */
export async function defaultTheRest(query: Query): Promise<void> {
  await query(
    `alter table beneficiary alter id set default gen_random_uuid(), alter version set default 1,
       alter organisation_id set default '${referrerOrganisation}', alter source_system set default '${sourceSystem}',
       alter access_requirements set default '{}', alter registered_at set default now()`,
  );
}

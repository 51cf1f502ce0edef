/** Postgres settings by name, as in postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string>>;

/**
 * Every service and every test file has its own pool. All times are UTC, also in the log. The log says what was refused, not
 * the values: the DETAIL of a refused row quotes them, and they may be a person's.
 */
const defaults: ServerSettings = {
  max_connections: '300',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_error_verbosity: 'terse',
};

/** The arguments of `postgres`; later settings win over ours. */
export function settingArguments(...settings: readonly ServerSettings[]): string[] {
  return Object.entries(Object.assign({}, defaults, ...settings) as ServerSettings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
}

/** A database sorts and folds case by Unicode code point, the same on every machine, whatever its locale is. */
export const initdbLocaleArguments = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];

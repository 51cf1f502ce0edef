const start = `npm start [-- options]

Sets up everything, starts Postgres, Kafka and the services, loads sample data, walks one handoff from a CSV row to a
closed referral through the public APIs, and stays up until Ctrl-C. Data is kept in .rohnamo/ and survives a restart.

  --once                 stop after the walk; exit code 0 only if every step held
  --fresh                delete what is there first: begin with no data and new secrets
  --transport <which>    kafka, or in-process: one process for all services, no broker
                         (without this option: kafka where it can be had, else in-process)
  --port-base <number>   services listen from this port on; default 4400
  --help                 this text

Needs Node 20 or newer with npm. For Kafka: Docker, or Java 17 and Maven, or ROHNAMO_KAFKA_BROKERS=host:port.
For Postgres: nothing, or ROHNAMO_POSTGRES_URL=postgres://superuser:password@host:port/postgres.
ROHNAMO_STATE_DIR names another folder than .rohnamo/; with --port-base a second stack runs beside the first.
ROHNAMO_PATIENCE=3 makes every limit of the start three times as long, for a machine that is slow or busy.`;

const test = `npm test [-- options]

Runs everything: import boundaries, lint, types, unit tests, format, unused code, then the integration tests over a real
Postgres and a real Apache Kafka, which it starts and stops. The last line is "N passed, N failed".

  --only <text>   only the test files whose path contains this text; no other checks
  --help          this text

Needs Node 20 or newer with npm, and Docker or Java 17 and Maven. Test files that need a broker where none can be had are
listed as not run; with CI=true that is a failure.`;

const check = `npm run check

Runs the checks that run no code of ours: import boundaries, lint, types, format, unused code.`;

const documents = `npm run documents

Writes docs/api (OpenAPI 3.1, AsyncAPI 3.0) and docs/problems from the code. npm test fails where they differ.`;

const provision = `npm run provision

Makes every service's database and roles, or brings them in line; may be repeated. It is told by its environment:

  SUPERUSER_URL        postgres://postgres:password@host:5432/postgres
  <SERVICE>_OWNER_PASSWORD, <SERVICE>_APP_PASSWORD, <SERVICE>_SEALER_PASSWORD
                       of REGISTRY, DIRECTORY, REFERRAL, NOTIFICATIONS and IDENTITY: openssl rand -base64 32`;

const texts = { start, test, check, documents, provision };

/** The help text of a command; undefined for one that has its own. */
export function helpOf(command) {
  return Object.hasOwn(texts, command) ? texts[command] : undefined;
}

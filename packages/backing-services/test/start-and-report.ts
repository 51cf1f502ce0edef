import { startKafka, startPostgres } from '../src/index.ts';

/**
 * A process of its own that starts a server, prints its address, and stays: `start-and-report.ts postgres|kafka DIRECTORY`.
 * The tests end it in unkind ways.
 */
const [kind, dataDir = ''] = process.argv.slice(2);
const options = {
  dataDir,
  port: 0,
  progress: () => {},
  environment: {
    ...process.env,
    ROHNAMO_DOCKER: 'off',
    ROHNAMO_POSTGRES_URL: undefined,
    ROHNAMO_KAFKA_BROKERS: undefined,
  },
};

process.on('SIGUSR2', () => process.exit()); // before the address is told: a signal may follow at once
if (kind === 'postgres') {
  const { superuserUrl } = await startPostgres(options);
  console.log(superuserUrl);
} else {
  const kafka = await startKafka(options);
  console.log('unavailable' in kafka ? kafka.unavailable : kafka.brokers.join());
}
setInterval(() => {}, 1000);

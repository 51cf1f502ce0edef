import { expect, onTestFinished, test } from 'vitest';
import { startKafka } from '../src/index.ts';
import { brokerAnswers } from '../src/kafka/broker-answers.ts';
import { scratchDirectory } from './scratch-directory.ts';

const nativeOnly = { ...process.env, ROHNAMO_DOCKER: 'off', ROHNAMO_KAFKA_BROKERS: undefined };
const bootDeadlineMs = 300_000; // the first time, Maven fetches the jars

test(
  'a broker answers, comes back on its address after a kill and after a stop, and ends when stopped',
  async () => {
    const dataDir = scratchDirectory();
    const kafka = await startKafka({ dataDir, port: 0, progress: () => {}, environment: nativeOnly });
    if ('unavailable' in kafka) throw new Error(kafka.unavailable);
    onTestFinished(() => kafka.stop());
    const [address = ''] = kafka.brokers;
    expect(kafka).toMatchObject({ origin: 'native', brokers: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)] });
    expect(await brokerAnswers(address)).toBe(true);

    await kafka.kill?.();
    expect(await brokerAnswers(address)).toBe(false);
    await kafka.restart?.();
    expect(await brokerAnswers(address)).toBe(true);

    await kafka.stop();
    expect(await brokerAnswers(address)).toBe(false);

    const again = await startKafka({ dataDir, port: 0, progress: () => {}, environment: nativeOnly });
    if ('unavailable' in again) throw new Error(again.unavailable);
    onTestFinished(() => again.stop());
    expect(await brokerAnswers(again.brokers[0] ?? '')).toBe(true);
  },
  bootDeadlineMs,
);

test('without Java the answer is the reason and what to do', async () => {
  const environment = { PATH: '/nowhere', DOCKER_HOST: 'unix:///nowhere' };
  const kafka = await startKafka({ dataDir: scratchDirectory(), port: 0, progress: () => {}, environment });
  expect(kafka).toEqual({
    unavailable: expect.stringMatching(/there is no java: install Java 17.*ROHNAMO_KAFKA_BROKERS/),
  });
});

import { expect, test } from 'vitest';
import {
  formatProperties,
  kafkaVersion,
  parseProperties,
  sharedBrokerSettings,
  toImageEnvironment,
} from './broker-settings.ts';

test('properties keep what follows the first equals sign and leave out comments', () => {
  const settings = parseProperties('# a=b\nname = 1\n\nmap=A:B,C=D\n');
  expect(settings).toEqual({ name: '1', map: 'A:B,C=D' });
  expect(parseProperties(formatProperties(settings))).toEqual(settings);
});

test("the image's variables name the same settings", () => {
  expect(toImageEnvironment({ 'auto.create.topics.enable': 'false' })).toEqual({
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  });
});

test('a lone broker never waits for a second copy', () => {
  const settings = sharedBrokerSettings();
  expect(settings['offsets.topic.replication.factor']).toBe('1');
  expect(settings['transaction.state.log.replication.factor']).toBe('1');
  expect(settings['transaction.state.log.min.isr']).toBe('1');
  expect(settings['auto.create.topics.enable']).toBe('false');
});

test('the version of jars and image is read from the pom', () => {
  expect(kafkaVersion()).toMatch(/^4\.\d+\.\d+$/);
});

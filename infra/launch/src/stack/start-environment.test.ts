import { expect, test } from 'vitest';
import { checkStartEnvironment } from './start-environment.ts';

test.each([
  ['ROHNAMO_PATIENCE', ['much', '0', '-1', '0.5', '1e2', '0x3', '1001', ' 3']],
  ['ROHNAMO_POSTGRES_URL', ['localhost', 'http://localhost', 'postgres:///x', 'postgres://a b@h/d']],
  ['ROHNAMO_KAFKA_BROKERS', ['kafka', 'kafka:0', 'http://kafka:9092', 'a:1,,b:2', 'a:1,a:1', 'none']],
])('a start does not begin where %s is none of %j', (name, values) => {
  for (const value of values)
    expect(() => checkStartEnvironment({ [name]: value })).toThrow(
      new RegExp(`^${name} is not valid [^\\n]*: it must [^\\n]*$`),
    );
});

test('a start takes what is well written, and nothing', () => {
  expect(() =>
    checkStartEnvironment({
      ROHNAMO_PATIENCE: '1.5',
      ROHNAMO_POSTGRES_URL: 'postgres://postgres:postgres@localhost:5432/postgres',
      ROHNAMO_KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092',
    }),
  ).not.toThrow();
  expect(() => checkStartEnvironment({})).not.toThrow();
});

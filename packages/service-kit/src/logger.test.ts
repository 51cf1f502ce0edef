import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, describeError, type LogFields } from './logger.ts';

function logTo() {
  const lines: string[] = [];
  const logger = createLogger({ service: 'referral', level: 'debug', write: (line) => void lines.push(line) });
  const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { lines, logger, last };
}

const name: string = 'Фирӯза Назарова';
const phone = '+992000000001';

describe('a log line', () => {
  it('has the fields that are allowed', () => {
    const { logger, last } = logTo();
    const fields = {
      method: 'POST',
      route: '/v1/referrals/:id/:action',
      status: 200,
      durationMs: 1.5,
      clientId: 'clinic-1',
      organisationId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60',
      errorCode: 'version-mismatch',
      count: 3,
      subjectKind: 'referral',
      subjectId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60',
      eventType: 'referral.accepted.v1',
      topic: 'rohnamo.referral',
      dependency: 'postgres',
    };
    logger.info({ ...fields, position: 12n }, 'placed entries');
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      service: 'referral',
      msg: 'placed entries',
      position: '12',
      ...fields,
    });
  });

  it('drops every other field', () => {
    const { lines, logger } = logTo();
    logger.info({ name, phone, body: { name }, req: { url: `/x?name=${name}` } } as LogFields, 'answered');
    expect(lines.join()).not.toMatch(/Фирӯза|992000|url/);
  });

  it('drops an allowed field that holds something else', () => {
    const { logger, last } = logTo();
    logger.info(
      {
        route: `/v1/x?name=${name}`,
        clientId: phone,
        subjectId: '992000000001',
        status: name,
        errorCode: `a ${name}`,
      } as unknown as LogFields,
      'answered',
    );
    expect(Object.keys(last()).sort()).toEqual(['level', 'msg', 'service', 'time']);
  });

  it('never has the message of an error, only its name, its code and where it was thrown', () => {
    const { lines, logger, last } = logTo();
    const cause = Object.assign(new TypeError(`no ${name}`), { code: '23505', detail: `Key (phone)=(${phone})` });
    logger.error(
      { err: new Error(`while saving ${name}\n    at ${phone} (/x.ts:1:1)`, { cause }) },
      'a request failed',
    );
    expect(last()['err']).toMatchObject({
      name: 'Error',
      stack: expect.stringContaining('logger.test.ts') as string,
      cause: { name: 'TypeError', code: '23505' },
    });
    expect(lines.join()).not.toMatch(/Фирӯза|992000/);
  });

  it('has no message that was put together', () => {
    const { logger, last } = logTo();
    const message = `hello ${name}`;
    // @ts-expect-error the compiler refuses it, too
    logger.info({}, message);
    expect(last()['msg']).toBe('message withheld');
    // @ts-expect-error the compiler refuses it, too
    logger.info(`hello ${name}`);
    expect(last()['msg']).toBe('message withheld');
  });

  it('has no words of a library that was given the logger underneath', () => {
    const { lines, logger, last } = logTo();
    logger.pino.info(`Route GET:/v1/people?name=${name} not found`);
    logger.pino.warn({ req: { url: name }, err: new Error(name) }, name);
    logger.pino.error(new Error(name));
    logger.pino.info('%s', name);
    const child = logger.pino.child(
      { name, clientId: 'clinic' },
      { msgPrefix: name, serializers: { clientId: () => name } },
    );
    child.setBindings({ name, topic: 'rohnamo.referral' });
    child.child({ name }).info({ name }, name);
    expect(lines).toHaveLength(5);
    expect(lines.join()).not.toContain('Фирӯза');
    expect(last()).toMatchObject({ msg: 'written by a library', clientId: 'clinic', topic: 'rohnamo.referral' });
  });

  it('holds nothing of any field that is not on the list, whatever it is called', () => {
    const { lines, logger } = logTo();
    fc.assert(
      fc.property(fc.string(), fc.anything(), (key, value) => {
        logger.info({ [key]: [{ deep: name, value }], [`${key}x`]: name }, 'answered');
        expect(lines.pop()).not.toContain('Фирӯза');
      }),
    );
  });

  it('of a child has the fields of its parent', () => {
    const { logger, last } = logTo();
    logger.child({ topic: 'rohnamo.referral' }).warn({ attempt: 2 }, 'will try again');
    expect(last()).toMatchObject({ topic: 'rohnamo.referral', attempt: 2, level: 'warn' });
  });
});

describe('an error', () => {
  it.each([['text'], [undefined], [null], [7], [{ message: name }]])(
    'that is none is said to be what it is: %j',
    (value) => {
      expect(JSON.stringify(describeError(value))).not.toContain('Фирӯза');
    },
  );

  it('with a name that is no name is called Error', () => {
    const error = new Error('x');
    error.name = name;
    expect(describeError(error)['name']).toBe('Error');
  });

  it('whose stack was made up shows no line of it', () => {
    const error = new Error('x');
    error.stack = `Error: x\n    at ${name} (/a.ts:1:1)\n${name}`;
    expect(JSON.stringify(describeError(error))).not.toContain('Фирӯза');
  });
});

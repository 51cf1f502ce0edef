import { eventually, type TcpProxy } from '@rohnamo/testkit';
import type { Broker, Installation } from '../installation.ts';
import type { Parties } from '../parties.ts';
import type { Replica } from '../replica.ts';
import type { Fault, FaultKind } from './schedule.ts';

/** What is broken: an installation with a Postgres of its own, and those who take part in its handoffs. */
export interface Ground {
  installation: Installation;
  /** `facility-1` is the first. */
  parties: readonly Parties[];
}

/** Ends a fault. Resolves when what was broken is as it was. */
export type Mend = () => Promise<unknown>;

const slowLinkMs = 40;
/** Longer than a lease lasts, shorter than a token. */
const clockJumpMs = 90_000;
const restartedWithin = { withinMs: 120_000, everyMs: 500 };

const killed = async (server: { kill(): Promise<void>; restart(): Promise<void> }): Promise<Mend> => {
  await server.kill();
  return () => server.restart();
};
/** Starts a process again and again until it is ready, as whatever supervises it would. */
export const restarted = (replica: Replica): Promise<true> =>
  eventually(() => replica.start().then(() => true as const), restartedWithin);

const link = (broken: TcpProxy, how: (broken: TcpProxy) => void): Mend => {
  how(broken);
  return async () => broken.resume();
};
const cut = (broken: TcpProxy) => broken.cut();
const reset = (broken: TcpProxy) => broken.reset();
const halfOpen = (broken: TcpProxy) => broken.blackHole();
const slow = (broken: TcpProxy) => broken.slowDown(slowLinkMs);
const swallowing = (broken: TcpProxy) => broken.swallowAnswers();

const endpoint = ({ system }: Parties, answer: Parameters<Parties['system']['answerAlways']>[0]): Mend => {
  system.answerAlways(answer);
  return async () => system.answerAlways({ status: 204 });
};

/** A process that leaves its consumer groups and joins them again, as fast as it can. */
function stormOf(replica: Replica): Mend {
  let isOver = false;
  const storm = async () => {
    while (!isOver) {
      await replica.stop();
      await restarted(replica);
    }
  };
  const raging = storm();
  return () => {
    isOver = true;
    return raging;
  };
}

async function clockSet(replica: Replica, byMs: number): Promise<Mend> {
  await replica.setClock(byMs);
  return () => replica.setClock(0);
}

/** How each kind of fault is made at a target. */
const makers: Record<FaultKind, (ground: Ground, target: string) => Mend | Promise<Mend>> = {
  'process-killed': async (ground, target) => {
    const replica = replicaOf(ground, target);
    await replica.kill();
    return () => restarted(replica);
  },
  'process-frozen': (ground, target) => {
    const replica = replicaOf(ground, target);
    replica.freeze();
    return async () => replica.thaw();
  },
  'postgres-killed': ({ installation: { postgres } }) => {
    if (!postgres) throw new Error('the Postgres of others is not killed');
    return killed(postgres);
  },
  'broker-killed': (ground, target) => killed(brokerOf(ground, target)),
  'broker-link-cut': (ground, target) => link(brokerOf(ground, target).link, cut),
  'broker-link-half-open': (ground, target) => link(brokerOf(ground, target).link, halfOpen),
  'broker-link-slow': (ground, target) => link(brokerOf(ground, target).link, slow),
  'database-link-cut': (ground, target) => link(replicaOf(ground, target).databaseLink, cut),
  'database-link-reset': (ground, target) => link(replicaOf(ground, target).databaseLink, reset),
  'database-link-half-open': (ground, target) => link(replicaOf(ground, target).databaseLink, halfOpen),
  'database-link-slow': (ground, target) => link(replicaOf(ground, target).databaseLink, slow),
  'answers-swallowed': (ground, target) => link(replicaOf(ground, target).clientLink, swallowing),
  'client-link-cut': (ground, target) => link(replicaOf(ground, target).clientLink, cut),
  'webhook-link-cut': (ground, target) => link(facilityOf(ground, target).webhookLink, cut),
  'webhook-answers-swallowed': (ground, target) => link(facilityOf(ground, target).webhookLink, swallowing),
  'endpoint-failing': (ground, target) => endpoint(facilityOf(ground, target), { status: 500 }),
  'rebalance-storm': (ground, target) => stormOf(replicaOf(ground, target)),
  'effects-failing': async ({ installation }) => {
    await installation.asSuperuser('notifications', 'revoke insert on delivery from notifications_app');
    return () => installation.asSuperuser('notifications', 'grant insert on delivery to notifications_app');
  },
  'clock-ahead': (ground, target) => clockSet(replicaOf(ground, target), clockJumpMs),
  'clock-behind': (ground, target) => clockSet(replicaOf(ground, target), -clockJumpMs),
  'disk-full': async ({ installation: { disk, brokers, postgres } }) => {
    if (!disk) throw new Error('there is no disk to fill');
    await disk.fill();
    return async () => {
      await disk.free();
      await Promise.all([...brokers, ...(postgres ? [postgres] : [])].map((server) => server.restart()));
    };
  },
  'endpoint-silent': (ground, target) => endpoint(facilityOf(ground, target), 'hang'),
};

/** Breaks something, and answers how it is mended. */
export const makeFault = async (ground: Ground, { kind, target }: Fault): Promise<Mend> => makers[kind](ground, target);

/** Every process of an installation. */
export const replicasIn = ({ replicasOf }: Installation): Replica[] =>
  (['registry', 'directory', 'referral', 'notifications', 'identity'] as const).flatMap((name) => replicasOf(name));

export const facilityName = (index: number): string => `facility-${index + 1}`;

function replicaOf({ installation }: Ground, target: string): Replica {
  const replica = replicasIn(installation).find(({ name }) => name === target);
  if (!replica) throw new Error(`there is no process ${target}`);
  return replica;
}

function brokerOf({ installation }: Ground, target: string): Broker {
  const broker = installation.brokers.find(({ name }) => name === target);
  if (!broker) throw new Error(`there is no broker ${target}`);
  return broker;
}

function facilityOf({ parties }: Ground, target: string): Parties {
  const party = parties.find((_, index) => facilityName(index) === target);
  if (!party) throw new Error(`there is no facility ${target}`);
  return party;
}

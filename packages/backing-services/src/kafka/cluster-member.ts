import type { BrokerSettings } from './broker-settings.ts';

/** A node's place in its cluster. Each is broker and controller in one. */
export interface ClusterMember {
  /** Counted from 1. */
  id: number;
  clusterId: string;
  /** Ports of the loopback interface where the controllers of all nodes listen, by id. */
  controllerPorts: readonly number[];
  /** Where the other brokers come to it: their way stays whole where that of its clients is broken. */
  peerPort: number;
}

/** What a node listens on for clients, and what they are told. */
export interface ClientPorts {
  port: number;
  advertisedPort: number;
}

const address = (port: number | undefined): string => `127.0.0.1:${port}`;

/** The settings of a node: of one that is alone, or of one of several, which then keep as many copies of everything as production does. */
export function memberSettings(
  { id, controllerPorts, peerPort }: ClusterMember,
  { port, advertisedPort }: ClientPorts,
): BrokerSettings {
  const size = controllerPorts.length;
  return {
    'node.id': String(id),
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,PEER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PEER',
    listeners: `CLIENT://${address(port)},PEER://${address(peerPort)},CONTROLLER://${address(controllerPorts[id - 1])}`,
    'advertised.listeners': `CLIENT://${address(advertisedPort)},PEER://${address(peerPort)}`,
    'controller.quorum.voters': controllerPorts.map((voter, index) => `${index + 1}@${address(voter)}`).join(),
    ...(size > 1 ? copiesOn(size) : {}),
  };
}

/** A copy on every node, and a message acknowledged when all but one have it. */
function copiesOn(size: number): BrokerSettings {
  const [copies, inSync] = [String(size), String(size - 1)];
  return {
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
  };
}

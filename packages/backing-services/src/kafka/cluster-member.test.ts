import { expect, it } from 'vitest';
import { memberSettings } from './cluster-member.ts';

const ports = { port: 9092, advertisedPort: 19092 };
const settingsOf = (id: number, controllerPorts: number[]) =>
  memberSettings({ id, clusterId: 'any', controllerPorts, peerPort: 9095 }, ports);

it('a node that is alone votes for itself, and keeps the one copy that the shared settings say', () => {
  const settings = settingsOf(1, [9093]);
  expect(settings['controller.quorum.voters']).toBe('1@127.0.0.1:9093');
  expect(settings).not.toHaveProperty('min.insync.replicas');
});

it('three nodes keep three copies, and acknowledge what two of them have', () => {
  const settings = settingsOf(2, [9093, 9193, 9293]);
  expect(settings['node.id']).toBe('2');
  expect(settings['controller.quorum.voters']).toBe('1@127.0.0.1:9093,2@127.0.0.1:9193,3@127.0.0.1:9293');
  expect(settings['listeners']).toContain('CONTROLLER://127.0.0.1:9193');
  expect(settings['default.replication.factor']).toBe('3');
  expect(settings['min.insync.replicas']).toBe('2');
});

it('clients are told the address that was advertised, other brokers the broker’s own', () => {
  expect(settingsOf(1, [9093])['advertised.listeners']).toBe('CLIENT://127.0.0.1:19092,PEER://127.0.0.1:9095');
});

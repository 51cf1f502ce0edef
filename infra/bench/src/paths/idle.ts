import { setTimeout as pause } from 'node:timers/promises';
import { type ServiceName, serviceNames } from '@rohnamo/launch';
import { sum } from '../measure/meter.ts';
import { cpuSecondsOf, rssMbOf, treeCpuSecondsOf } from '../measure/processes.ts';
import { setStage } from '../world/stage.ts';
import type { HotPath, Reading } from './path.ts';

/** So that nothing of the start is measured: services compile, consumer groups gather. */
const restMs = 8000;
const watchMs = 10_000;
const others = serviceNames.filter((name): name is Exclude<ServiceName, 'identity'> => name !== 'identity');

export const idle: HotPath = {
  name: 'idle',
  title: 'All five services at rest',
  about: `Nothing to do, over ${watchMs / 1000} seconds: what the platform costs while nobody asks it anything.`,
  async measure({ world, stops }) {
    const stage = await setStage(world, { services: others });
    stops.add('the services', () => stage.stop());
    await pause(restMs);
    const processes = [world.identity, ...others.map((name) => stage.serviceOf(name))].map(({ name, process }) => ({
      name,
      pid: process.pid,
    }));
    const { postgres, kafka } = world.servers.pids;
    const seconds = () => [
      ...processes.map(({ pid }) => cpuSecondsOf(pid)),
      treeCpuSecondsOf(postgres),
      cpuSecondsOf(kafka),
    ];
    const before = seconds();
    await pause(watchMs);
    const after = seconds();
    const percent = after.map((value, index) => {
      const from = before[index];
      return value === null || from === null || from === undefined ? null : ((value - from) / (watchMs / 1000)) * 100;
    });
    const memory = processes.map(({ pid }) => rssMbOf(pid));
    const readings: Reading[] = [
      ...processes.map(({ name }, index) => ({ what: `${name}: memory`, value: memory[index] ?? null, unit: 'MB' })),
      { what: 'all five: memory', value: sum(memory), unit: 'MB' },
      { what: 'all five: CPU', value: sum(percent.slice(0, processes.length)), unit: '% of a core' },
      { what: 'Postgres: CPU', value: percent.at(-2) ?? null, unit: '% of a core' },
      { what: 'Kafka: CPU', value: percent.at(-1) ?? null, unit: '% of a core' },
    ];
    return { rows: [], readings, checks: [], ratioMin: null };
  },
};

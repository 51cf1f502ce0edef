import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, or would be left to run alone at the end, begins first. */
const first = [
  'infra/faults/test/chaos',
  'infra/faults/test/faults',
  'infra/launch/test/the-whole-way',
  'infra/cli/test/drill',
  'packages/messaging/test/kafka-transport',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = first.findIndex((path) => moduleId.includes(path));
      return index === -1 ? first.length : index;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

/** All tests of the workspace. Unit tests stand beside the source; those in `test/` need a real Postgres and a real broker. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,services,infra}/*/src/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{packages,services,infra}/*/test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
    sequence: { sequencer: LongestFirst },
    // The files of a worker share what they import, which takes most of a short file's time.
    isolate: false,
    // Each test file runs servers of its own, and many only wait for them: one more at once than there are cores. More make them time out.
    maxWorkers: Math.min(4, availableParallelism() + 1),
  },
});

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const TESTS = '{src,headless,bench,faults,scripts}/**/*';
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Tests that open an adapter fail here. */
const withoutAdapter = { alias: { webgpu: path('src/engine/testing/noAdapter.ts') } };
/** Starting a process and loading its modules would take longer than most files' tests. */
const isolate = false;
/** By default one core of two would be left idle. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 60_000,
    setupFiles: [path('src/engine/testing/fileSetup.ts')],
    projects: [
      {
        extends: true,
        resolve: withoutAdapter,
        test: {
          name: 'pure',
          include: [`${TESTS}.test.ts`],
          exclude: ['**/*.{gpu,slow}.test.ts', '**/node_modules/**'],
          ...{ isolate, maxWorkers },
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        resolve: withoutAdapter,
        // Tests that start other programs, such as PyTorch or a process of our own, and those that take seconds.
        test: {
          name: 'slow',
          include: [`${TESTS}.slow.test.ts`],
          testTimeout: 300_000,
          ...{ isolate, maxWorkers },
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: [`${TESTS}.gpu.test.ts`],
          // Files share their worker's device and what is compiled for it. SwiftShader compiles on one core, and compiling
          // is most of the work: hence two workers.
          ...{ isolate, maxWorkers: 2 },
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

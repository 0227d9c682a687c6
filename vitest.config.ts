import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const TESTS = '{src,headless,bench,scripts}/**/*';
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 60_000,
    setupFiles: [path('src/engine/testing/fileSetup.ts')],
    projects: [
      {
        extends: true,
        // Tests that open an adapter fail here.
        resolve: { alias: { webgpu: path('src/engine/testing/noAdapter.ts') } },
        test: {
          name: 'pure',
          include: [`${TESTS}.test.ts`],
          exclude: ['**/*.gpu.test.ts', '**/node_modules/**'],
          // Starting a process and loading its modules would take longer than most files' tests.
          isolate: false,
          // By default one core of two would be left idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: [`${TESTS}.gpu.test.ts`],
          // Files share their worker's device and what is compiled for it. SwiftShader compiles on one core, and compiling
          // is most of the work: hence two workers.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

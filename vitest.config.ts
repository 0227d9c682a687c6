import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,headless,bench,scripts}/**/*.test.ts'],
    environment: 'node',
    // One SwiftShader already uses both cores, and two share its caches badly.
    maxWorkers: 1,
    testTimeout: 60_000,
  },
});

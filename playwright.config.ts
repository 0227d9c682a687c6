import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from './e2e/support/browser.ts';
import { PAGE_PORT } from './e2e/support/ports.ts';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.e2e.ts',
  // Compiling for a software adapter takes one core: two pages keep two busy.
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    baseURL: `http://localhost:${PAGE_PORT}/`,
    // Pages come from the server, where tests put in what they want to see; `hosts.e2e.ts` is about the service worker.
    serviceWorkers: 'block',
    locale: 'en-US',
    viewport: { width: 1280, height: 900 },
    launchOptions: { executablePath: await chromiumPath(), args: CHROMIUM_ARGS },
  },
  webServer: {
    command: 'node --import tsx e2e/support/serve.ts',
    url: `http://localhost:${PAGE_PORT}/`,
    timeout: 180_000,
  },
});

import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';
import { dataMiddleware } from './scripts/lib/dataMiddleware.mjs';
import { embedPage } from './scripts/lib/embedPlugin.ts';
import { ISOLATION_HEADERS } from './scripts/lib/headers.mjs';
import { noteTensorflow, serviceWorker } from './scripts/lib/serviceWorkerPlugin.ts';
import { pageListener } from './scripts/lib/staticServer.mjs';

/** CIFAR-10 of a local folder under `data/cifar10/`. */
const localData: Plugin = {
  name: 'local-data',
  configureServer: ({ middlewares }) => void middlewares.use(dataMiddleware()),
  // `vite preview` answers as `npm start` does: only at names of this machine, and from no other folder.
  configurePreviewServer: ({ middlewares, config }) =>
    void middlewares.use(pageListener(join(config.root, config.build.outDir))),
};

/**
 * What runs first in two scripts, libraries and the page's own. Left to itself the bundler makes a hundred, which compress
 * 30 kB worse.
 */
const inFewScripts = (name: string): Rolldown.OutputOptions => ({
  codeSplitting: {
    groups: [
      { name: 'libraries', tags: ['$initial'], test: /node_modules/, priority: 1 },
      { name, tags: ['$initial'] },
    ],
  },
});

export default defineConfig({
  plugins: [react(), localData, noteTensorflow(), embedPage(), serviceWorker()],
  base: './',
  // One style sheet: a part of the page that is loaded later lacks none.
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: { output: inFewScripts('index') },
  },
  worker: {
    format: 'es',
    plugins: () => [noteTensorflow()],
    rolldownOptions: { output: inFewScripts('worker') },
  },
  // Used in workers only, where the dev server would find them late and reload the page.
  optimizeDeps: { include: ['fflate', 'hyparquet', 'zod/mini'] },
  // Hot reload needs inline scripts, so the dev server goes without the content security policy.
  server: { headers: ISOLATION_HEADERS },
});

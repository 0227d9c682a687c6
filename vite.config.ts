import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { dataMiddleware } from './scripts/lib/dataMiddleware.mjs';
import { ISOLATION_HEADERS, SECURITY_HEADERS } from './scripts/lib/headers.mjs';
import { noteTensorflow, serviceWorker } from './scripts/lib/serviceWorkerPlugin.ts';

/** CIFAR-10 of a local folder under `data/cifar10/`. */
const localData: Plugin = {
  name: 'local-data',
  configureServer: ({ middlewares }) => void middlewares.use(dataMiddleware()),
  configurePreviewServer: ({ middlewares }) => void middlewares.use(dataMiddleware()),
};

export default defineConfig({
  plugins: [react(), localData, noteTensorflow(), serviceWorker()],
  base: './',
  // One style sheet: a part of the page that is loaded later lacks none.
  build: { target: 'es2023', assetsInlineLimit: 0, cssCodeSplit: false },
  worker: { format: 'es', plugins: () => [noteTensorflow()] },
  // Used in workers only, where the dev server would find them late and reload the page.
  optimizeDeps: { include: ['fflate', 'hyparquet', 'zod/mini'] },
  // Hot reload needs inline scripts, so the dev server goes without the content security policy.
  server: { headers: ISOLATION_HEADERS },
  preview: { headers: SECURITY_HEADERS },
});

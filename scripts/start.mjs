/** `npm start`: installs, builds, serves the page. `npm run dev` (--dev): the same with hot reload. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder, hasData, leadsOut } from './lib/dataMiddleware.mjs';
import { ensureInstalled, ROOT, runScript } from './lib/install.mjs';
import { pageListener, serve } from './lib/staticServer.mjs';

const DEFAULT_PORT = 4173;

await runScript(async () => {
  const { values } = parseArgs({
    options: { dev: { type: 'boolean', default: false }, port: { type: 'string' } },
  });
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port ${values.port} is not a port. Name a number from 1 to 65535.`);
  }
  await ensureInstalled();
  process.chdir(ROOT);
  const vite = await import('vite');
  const url = values.dev ? await startDev(vite, port) : await startBuilt(vite, port);
  console.log(`Residual Playground: ${url}`);
  const folder = dataFolder();
  if (leadsOut(folder)) {
    console.log(`The files in ${folder} are links that lead out of it; such files are not served.`);
  }
  console.log(
    hasData(folder) && !leadsOut(folder)
      ? `CIFAR-10: ${folder}`
      : `CIFAR-10: fetched by the page from the Hugging Face hub (no files in ${folder}; npm run data puts them there)`,
  );
  console.log('Stop with Ctrl+C.');
});

async function startDev(vite, port) {
  const server = await vite.createServer({ root: ROOT, server: { port } });
  await server.listen();
  return server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`;
}

async function startBuilt(vite, port) {
  console.log('Building …');
  await vite.build({ root: ROOT, logLevel: 'warn' });
  const { url } = await serve(pageListener(join(ROOT, 'dist'), dataFolder()), port);
  return url;
}

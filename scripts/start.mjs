/**
 * `npm start`: installs, builds, serves the page. `npm run dev` (--dev): the same with hot reload. `--host [ADDRESS]`: for
 * other machines too; `--https`: with a certificate made on the spot; `--embed-in SITES`: pages that may show it.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { selfSigned } from './lib/certificate.mjs';
import { dataFolder, hasData, leadsOut } from './lib/dataMiddleware.mjs';
import { frameAncestors } from './lib/frameAncestors.mjs';
import { addressesFor, inUrl, withBareHost } from './lib/hosts.mjs';
import { ensureInstalled, ROOT, runScript } from './lib/install.mjs';
import { pageListener, serve } from './lib/staticServer.mjs';

const DEFAULT_PORT = 4173;

await runScript(async () => {
  const { values } = parseArgs({
    args: withBareHost(process.argv.slice(2)),
    options: {
      dev: { type: 'boolean', default: false },
      port: { type: 'string' },
      host: { type: 'string' },
      https: { type: 'boolean', default: false },
      'embed-in': { type: 'string' },
    },
  });
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port ${values.port} is not a port. Name a number from 1 to 65535.`);
  }
  const addresses = addressesFor(values.host);
  if (values.dev && values['embed-in'] !== undefined) {
    throw new Error('--embed-in is for the built page: leave out --dev.');
  }
  const ancestors = frameAncestors(values['embed-in'] ?? process.env.FRAME_ANCESTORS);
  const tls = values.https ? selfSigned(addresses.names) : undefined;
  await ensureInstalled();
  process.chdir(ROOT);
  const vite = await import('vite');
  const start = values.dev ? startDev : startBuilt;
  const url = await start(vite, port, values.host, { ...addresses, tls, ancestors });
  console.log(`Residual Playground: ${url}`);
  tellOthers(url, addresses.shown, values);
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

/** Where other machines find the page, and what their browsers will say. */
function tellOthers(url, shown, { host, https }) {
  for (const name of shown) {
    const there = new URL(url);
    there.hostname = inUrl(name);
    console.log(`From other machines: ${there.href}`);
  }
  if (host !== undefined && shown.length === 0) {
    console.log('This machine has no address on a network, so no other can reach the page.');
  }
  if (https) {
    console.log(
      'The certificate is valid for 30 days and signed by this server alone: each browser warns once that the connection ' +
        'is not private. Choose Advanced, then go on to the page. Visits without a network need a certificate that browsers know.',
    );
  } else if (host !== undefined) {
    console.log(
      'Over plain http browsers on other machines give the page one processor thread and no graphics processor. --https gives it both.',
    );
  }
}

async function startDev(vite, port, host, { names, tls }) {
  const server = await vite.createServer({
    root: ROOT,
    server: {
      port,
      ...(host === undefined ? {} : { host: host === '' ? true : host, allowedHosts: [...names] }),
      ...(tls === undefined ? {} : { https: tls }),
    },
  });
  await server.listen();
  return server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`;
}

async function startBuilt(vite, port, _, { listen, names, tls, ancestors }) {
  console.log('Building …');
  await vite.build({ root: ROOT, logLevel: 'warn' });
  const listener = pageListener(join(ROOT, 'dist'), dataFolder(), names, ancestors);
  const { url } = await serve(listener, port, { listen, tls });
  return url;
}

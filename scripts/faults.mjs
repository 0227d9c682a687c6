/** `npm run faults`: installs what is missing, then runs faults/main.ts. */
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
const { installRawLoader } = await import('./lib/rawLoader.mjs');
register();
installRawLoader();
const { main } = await import('../faults/main.ts');
// So that what was started ends, too.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const code = await main(process.argv.slice(2));
// First flush what was written.
await Promise.all(
  [process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))),
);
process.exit(code);

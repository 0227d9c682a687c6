/** `npm run headless`: installs what is missing, then runs headless/main.ts. */
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
const { installRawLoader } = await import('./lib/rawLoader.mjs');
register();
installRawLoader();
const { main } = await import('../headless/main.ts');
const code = await main(process.argv.slice(2));
// Dawn's threads would keep the process alive. First flush what was written.
await Promise.all(
  [process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))),
);
process.exit(code);

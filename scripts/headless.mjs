/** `npm run headless`: installs what is missing, then runs headless/main.ts. */
import { fail, ensureInstalled, goToCaller } from './lib/install.mjs';

// A reader that has gone, or a full disk behind `>`.
for (const out of [process.stdout, process.stderr]) {
  out.on('error', ({ code, message }) => {
    if (code === 'EPIPE') process.exit(0);
    fail(`can’t write the output: ${code === 'ENOSPC' ? 'the disk is full' : message}`);
  });
}
await ensureInstalled();
const { register } = await import('tsx/esm/api');
const { installRawLoader } = await import('./lib/rawLoader.mjs');
register();
installRawLoader();
const { main } = await import('../headless/main.ts');
goToCaller('headless');
const code = await main(process.argv.slice(2));
// Dawn's threads would keep the process alive. First flush what was written.
await Promise.all(
  [process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))),
);
process.exit(code);

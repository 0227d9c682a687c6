/**
 * `node scripts/trainedPair.mjs OUT (CHECKPOINT IMAGES LOSS ACCURACY)…`: makes the trained pair of the page out of what
 * `headless train` wrote and `headless eval` printed; docs/page.md has the commands.
 */
import { ensureInstalled, fail } from './lib/install.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
const { installRawLoader } = await import('./lib/rawLoader.mjs');
register();
installRawLoader();
const { writeTrainedPair } = await import('../headless/trainedPair.ts');
const [out, ...rest] = process.argv.slice(2);
if (out === undefined || rest.length !== 8) fail('OUT, then FILE IMAGES LOSS ACCURACY twice');
const tested = [rest.slice(0, 4), rest.slice(4)].map(([file, ...numbers]) => {
  const [images, loss, accuracy] = numbers.map(Number);
  return { file, images, loss, accuracy };
});
await writeTrainedPair(tested, out);

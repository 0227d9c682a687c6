/**
 * `npm run data -- [--set NAME] [--from PATH_OR_URL]`: puts a published set's two Parquet files into `data/NAME/`, from
 * the public data set, a folder or a base URL (which needs no installed packages), or from its makers' archives.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA_FILES, DATA_SETS } from './lib/dataMiddleware.mjs';
import { copyData, copyFile, HUBS, isArchive } from './lib/fetchData.mjs';
import { ensureInstalled, goToCaller, ROOT, runScript } from './lib/install.mjs';

await runScript(async () => {
  goToCaller('data');
  const { values } = parseArgs({
    options: { from: { type: 'string' }, set: { type: 'string', default: 'cifar10' } },
  });
  const { set, from = HUBS[set] } = values;
  if (!DATA_SETS.includes(set)) throw new Error(`--set ${set}: choose ${DATA_SETS.join(', ')}.`);
  const folder = isArchive(from) ? await converted(from) : await copied(from, set);
  console.log(
    `The images are in ${relative(process.cwd(), folder) || '.'}. npm start serves them beside the page.`,
  );
});

async function copied(from, set) {
  const folder = join(ROOT, 'data', set);
  for (const name of DATA_FILES) {
    console.log(`${name} from ${from} …`);
    const bytes = await copyData(from, folder, name);
    console.log(`${name}: ${(bytes / 1e6).toFixed(1)} MB`);
  }
  return folder;
}

/** Archives are read by the page's own code. */
async function converted(from) {
  await ensureInstalled();
  const { register } = await import('tsx/esm/api');
  register();
  const { convertImages } = await import('../headless/convertImages.ts');
  const isRemote = /^https?:\/\//.test(from);
  const temporary = isRemote ? await mkdtemp(join(tmpdir(), 'residual-playground-')) : null;
  try {
    const path = temporary === null ? from : join(temporary, basename(new URL(from).pathname));
    if (temporary !== null) {
      console.log(`${from} …`);
      await copyFile(from, path);
    }
    const { folder, title, remarks } = await convertImages(path, ROOT);
    console.log(`${title}.`);
    for (const remark of remarks) console.log(remark);
    return folder;
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
  }
}

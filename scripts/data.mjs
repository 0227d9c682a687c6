/**
 * `npm run data -- [--from PATH_OR_URL]`: puts CIFAR-10's two Parquet files into `data/cifar10/`, from a folder, from a
 * base URL, or from the public data set. Needs no installed packages.
 */
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA_FILES } from './lib/dataMiddleware.mjs';
import { copyData, HUB } from './lib/fetchData.mjs';
import { ROOT, runScript } from './lib/install.mjs';

await runScript(async () => {
  const { values } = parseArgs({ options: { from: { type: 'string', default: HUB } } });
  const folder = join(ROOT, 'data', 'cifar10');
  for (const name of DATA_FILES) {
    console.log(`${name} from ${values.from} …`);
    const bytes = await copyData(values.from, folder, name);
    console.log(`${name}: ${(bytes / 1e6).toFixed(1)} MB`);
  }
  console.log(
    `CIFAR-10 is in ${relative(process.cwd(), folder) || '.'}. npm start serves it beside the page.`,
  );
});

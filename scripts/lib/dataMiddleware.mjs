/** The same-origin mirror of published sets: two files each under `/data/cifar10/` and so on, for start, dev and tests. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './install.mjs';
import { sendFile } from './sendFile.mjs';

export const DATA_FILES = ['train-00000-of-00001.parquet', 'test-00000-of-00001.parquet'];
/** Folders below `data/`. */
export const DATA_SETS = ['cifar10', 'cifar100', 'fashion-mnist'];
const DATA_PATH = /^\/data\/([a-z0-9-]+)\/(.*)$/;

/** `CIFAR10_DIR`, else `data/cifar10/`. */
export const dataFolder = (env = process.env) => env.CIFAR10_DIR || join(ROOT, 'data', 'cifar10');

/** Whether `folder` holds both files. */
export const hasData = (folder) => DATA_FILES.every((name) => existsSync(join(folder, name)));

/** Whether one of the files is a link to a file elsewhere, which is not served. */
export const leadsOut = (folder) =>
  hasData(folder) &&
  DATA_FILES.some((name) => dirname(realpathSync(join(folder, name))) !== realpathSync(folder));

/**
 * Serves the data files of `folder` with HTTP Range under `/data/cifar10/`, and those of the other sets from `data/`; 404
 * for everything else there, so that a missing file is never answered with the page. Other paths go to `next`.
 */
export function dataMiddleware(folder = dataFolder()) {
  return async (request, response, next) => {
    const [path = ''] = (request.url ?? '').split('?');
    const [, set = '', name = ''] = DATA_PATH.exec(path) ?? [];
    if (!DATA_SETS.includes(set)) return next();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    }
    const place = set === 'cifar10' ? folder : join(ROOT, 'data', set);
    // Only names from the list are ever joined to the folder.
    const sent =
      DATA_FILES.includes(name) &&
      (await sendFile(request, response, place, join(place, name), {
        'Content-Type': 'application/vnd.apache.parquet',
        'Cache-Control': 'no-cache',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'X-Content-Type-Options': 'nosniff',
      }));
    if (!sent)
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('No such data file.\n');
  };
}

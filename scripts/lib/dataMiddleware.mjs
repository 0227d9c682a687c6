/** The same-origin mirror of CIFAR-10: two files of a local folder under `/data/cifar10/`, for start, dev and tests. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './install.mjs';
import { sendFile } from './sendFile.mjs';

export const DATA_FILES = ['train-00000-of-00001.parquet', 'test-00000-of-00001.parquet'];
const DATA_PATH = '/data/cifar10/';

/** `CIFAR10_DIR`, else `data/cifar10/`. */
export const dataFolder = (env = process.env) => env.CIFAR10_DIR || join(ROOT, 'data', 'cifar10');

/** Whether `folder` holds both files. */
export const hasData = (folder) => DATA_FILES.every((name) => existsSync(join(folder, name)));

/** Whether one of the files is a link to a file elsewhere, which is not served. */
export const leadsOut = (folder) =>
  hasData(folder) &&
  DATA_FILES.some((name) => dirname(realpathSync(join(folder, name))) !== realpathSync(folder));

/**
 * Serves the data files of `folder` with HTTP Range; 404 for everything else under `/data/cifar10/`, so that a missing
 * file is never answered with the page. Other paths go to `next`.
 */
export function dataMiddleware(folder = dataFolder()) {
  return async (request, response, next) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (!path.startsWith(DATA_PATH)) return next();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    }
    const name = path.slice(DATA_PATH.length);
    // Only names from the list are ever joined to the folder.
    const sent =
      DATA_FILES.includes(name) &&
      (await sendFile(request, response, folder, join(folder, name), {
        'Content-Type': 'application/vnd.apache.parquet',
        'Cache-Control': 'no-cache',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'X-Content-Type-Options': 'nosniff',
      }));
    if (!sent)
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('No such data file.\n');
  };
}

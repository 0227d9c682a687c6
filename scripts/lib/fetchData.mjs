/** Copies one data file from a folder or a URL. A partial copy never appears under its name. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The public data sets, as Parquet. */
export const HUBS = {
  cifar10: 'https://huggingface.co/datasets/uoft-cs/cifar10/resolve/main/plain_text',
  cifar100: 'https://huggingface.co/datasets/uoft-cs/cifar100/resolve/main/cifar100',
  'fashion-mnist':
    'https://huggingface.co/datasets/zalando-datasets/fashion_mnist/resolve/main/fashion_mnist',
};

const MAGIC = 'PAR1';

/**
 * Copies `name` from `from` (folder or base URL) into `folder`; returns its bytes.
 * @throws Error in one line: what happened and what to do
 */
export async function copyData(from, folder, name) {
  await mkdir(folder, { recursive: true });
  const part = join(folder, `${name}.part`);
  try {
    const { stream, bytes: announced } = await source(from, name);
    await pipeline(stream, createWriteStream(part)).catch((error) => {
      throw new Error(`${name} broke off (${reason(error)}). Run the command again.`);
    });
    const { size } = await stat(part);
    if (announced !== null && size !== announced) {
      throw new Error(
        `${name} broke off after ${size} of ${announced} bytes. Run the command again.`,
      );
    }
    await checkParquet(part, size, name);
    await rename(part, join(folder, name));
    return size;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Whether `from` is, or is the URL of, something else than a folder with the two Parquet files. */
export function isArchive(from) {
  if (isUrl(from)) return /\.(tar\.gz|tgz|tar|gz|zip)$/i.test(new URL(from).pathname);
  return existsSync(from) && !existsSync(join(from, 'train-00000-of-00001.parquet'));
}

const isUrl = (from) => /^https?:\/\//.test(from);

/** Copies what a URL gives to `path`. @throws Error in one line */
export async function copyFile(url, path) {
  const { stream } = await download(url);
  await pipeline(stream, createWriteStream(path)).catch((error) => {
    throw new Error(`${url} broke off (${reason(error)}). Run the command again.`);
  });
}

async function source(from, name) {
  if (!isUrl(from)) {
    const path = join(from, name);
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) {
      throw new Error(
        `${path} does not exist. Name the folder with CIFAR-10's Parquet files: npm run data -- --from FOLDER.`,
      );
    }
    return { stream: createReadStream(path), bytes: found.size };
  }
  return download(`${from.replace(/\/+$/, '')}/${name}`);
}

async function download(url) {
  const response = await fetch(url).catch((error) => {
    throw new Error(
      `${url} cannot be reached (${reason(error)}). Check the network, or name a folder: npm run data -- --from FOLDER.`,
    );
  });
  if (!response.ok || response.body === null) {
    throw new Error(`${url} answers ${response.status}. Check the address.`);
  }
  const length = response.headers.get('Content-Length');
  const isEncoded = response.headers.get('Content-Encoding') !== null;
  return {
    stream: Readable.fromWeb(response.body),
    bytes: length === null || isEncoded ? null : Number(length),
  };
}

/** A Parquet file starts and ends with its magic. */
async function checkParquet(path, size, name) {
  const file = await open(path);
  try {
    for (const position of [0, size - MAGIC.length]) {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(MAGIC.length),
        0,
        MAGIC.length,
        Math.max(0, position),
      );
      if (bytesRead !== MAGIC.length || buffer.toString('latin1') !== MAGIC) {
        throw new Error(
          `${name} is ${position === 0 ? 'no Parquet file' : 'cut short'}. Check where it comes from.`,
        );
      }
    }
  } finally {
    await file.close();
  }
}

/** undici says "fetch failed" and keeps the reason in `cause`. */
const reason = (error) => error.cause?.message || error.cause?.code || error.message;

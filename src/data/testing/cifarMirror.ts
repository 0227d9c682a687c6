/** A small CIFAR-10 as a mirror serves it, and reading it as an image source. */
import { expect, onTestFinished } from 'vitest';
import { DataError } from '../dataError.ts';
import { type DatasetDeps, openDataset } from '../dataset.ts';
import { type FileServer, type Intercept, serveFiles } from './fileServer.ts';
import { parquetFixture } from './parquetFixture.ts';
import { type DataRequest, IMAGE_BYTES, type ImageChunk, type Images } from '../types.ts';

/** The files of a CIFAR-10 of 1500 images. */
export const train = parquetFixture({ count: 1350, seed: 1 });
export const test = parquetFixture({ count: 150, seed: 2 });
export const TRAIN = '/data/cifar10/train-00000-of-00001.parquet';
export const TEST = '/data/cifar10/test-00000-of-00001.parquet';
export const REQUEST: DataRequest = { source: 'cifar10', train: 1350, test: 150, seed: 0 };

/** Serves the files until the test ends. */
export async function mirror(
  intercept?: Intercept,
  files = new Map([
    [TRAIN, train.file],
    [TEST, test.file],
  ]),
) {
  const server = await serveFiles(files, intercept);
  onTestFinished(() => server.close());
  return server;
}

export const open = (server: FileServer, deps: Partial<DatasetDeps> = {}, request = REQUEST) =>
  openDataset(request, {
    baseUrl: `${server.origin}/`,
    retryDelaysMs: [1, 1],
    stallMs: 10_000,
    ...deps,
  });

/** Reads to the end, or to the error. */
export async function readAll(dataset: AsyncIterable<ImageChunk>) {
  const chunks: ImageChunk[] = [];
  try {
    for await (const chunk of dataset) chunks.push(chunk);
  } catch (error) {
    return { chunks, error };
  }
  return { chunks, error: null };
}

/** The images of a split, joined. Chunks must follow each other. */
export function assemble(chunks: readonly ImageChunk[], split: 'train' | 'test'): Images {
  const parts = chunks.filter((chunk) => chunk.split === split);
  let next = 0;
  for (const { start, count, pixels, labels } of parts) {
    expect(start).toBe(next);
    expect(pixels.length).toBe(count * IMAGE_BYTES);
    expect(labels.length).toBe(count);
    next += count;
  }
  return {
    pixels: new Uint8Array(Buffer.concat(parts.map(({ pixels }) => pixels))),
    labels: Uint16Array.from(parts.flatMap(({ labels }) => [...labels])),
  };
}

/** `toEqual` takes minutes on megabytes. */
export function expectImages(
  chunks: readonly ImageChunk[],
  split: 'train' | 'test',
  wanted: Images,
) {
  const { pixels, labels } = assemble(chunks, split);
  expect([...labels]).toEqual([...wanted.labels]);
  expect(Buffer.compare(pixels, wanted.pixels)).toBe(0);
}

export const message = (error: unknown) =>
  error instanceof DataError ? error.message : String(error);

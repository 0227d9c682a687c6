/** 100 test images: CIFAR-10's first ones if a folder with it is found, else synthetic ones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../../data/dataset.ts';
import { folderSource } from '../../data/nodeFolder.ts';
import { PARQUET_FILES } from '../../data/parquetSource.ts';
import { SOURCES } from '../../data/sources.ts';
import type { ImageChunk } from '../../data/types.ts';

const TEST_IMAGES = 100;

/** One chunk of `TEST_IMAGES` images, and what they are. */
export async function testImages(): Promise<{ chunk: ImageChunk; title: string }> {
  const places = [process.env.CIFAR10_DIR, join('data', 'cifar10')];
  const folder = places.find((place) => place && existsSync(join(place, PARQUET_FILES.test)));
  const dataset = openDataset(
    {
      ...{ source: folder === undefined ? 'synthetic' : 'cifar10', seed: 0 },
      ...{ train: 0, test: TEST_IMAGES },
    },
    {
      baseUrl: null,
      sources: folder === undefined ? SOURCES.synthetic : [folderSource(folder)],
    },
  );
  const { title } = await dataset.info;
  const pixels: Uint8Array[] = [];
  const labels: Uint16Array[] = [];
  for await (const chunk of dataset) {
    pixels.push(chunk.pixels);
    labels.push(chunk.labels);
  }
  const chunk: ImageChunk = {
    ...{ split: 'test', start: 0, count: TEST_IMAGES },
    pixels: Uint8Array.from(pixels.flatMap((part) => [...part])),
    labels: Uint16Array.from(labels.flatMap((part) => [...part])),
  };
  return { chunk, title };
}

/** Synthetic shapes as a source: drawn on demand, in any number, without fetching anything. */
import { hash32 } from './hash.ts';
import { otherTasks } from './parquetImages.ts';
import { drawShapes, SHAPE_NAMES } from './syntheticShapes.ts';
import { type ChunkSpan, IMAGE_BYTES, type Source, type SplitReader } from './types.ts';

const CHUNK_IMAGES = 250;
/** Images drawn before the thread's other tasks get their turn: about 10 ms. */
const IMAGES_AT_ONCE = 50;
const TRAIN_STREAM = 0x7472_6169;
const TEST_STREAM = 0x7465_7374;

export const syntheticSource: Source = {
  async open(request) {
    return {
      description: {
        origin: 'synthetic',
        title: 'Synthetic shapes (not CIFAR-10)',
        isCifar10: false,
        dataset: null,
        sha256: null,
        citation: null,
        classNames: SHAPE_NAMES,
      },
      train: splitReader(hash32(request.seed, TRAIN_STREAM, 0), request.train),
      test: splitReader(hash32(request.seed, TEST_STREAM, 0), request.test),
    };
  },
};

function splitReader(stream: number, images: number): SplitReader {
  const chunks: ChunkSpan[] = [];
  for (let start = 0; start < images; start += CHUNK_IMAGES) {
    chunks.push({ start, count: Math.min(CHUNK_IMAGES, images - start) });
  }
  return {
    chunks,
    fetch:
      async ({ start, count }, signal) =>
      async () => {
        const pixels = new Uint8Array(count * IMAGE_BYTES);
        const labels = new Uint16Array(count);
        for (let done = 0; done < count; done += IMAGES_AT_ONCE) {
          const part = drawShapes(stream, start + done, Math.min(IMAGES_AT_ONCE, count - done));
          pixels.set(part.pixels, done * IMAGE_BYTES);
          labels.set(part.labels, done);
          await otherTasks(signal);
        }
        return { pixels, labels };
      },
  };
}

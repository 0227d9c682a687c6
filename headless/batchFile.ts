/** `--batches`: ready-made batches, used as they are. */
import type { View } from '../src/data/augmentation.ts';
import type { RunConfig } from '../src/model/config.ts';
import { HeadlessError, readTensors } from './files.ts';
import type { TestImages, TrainingImages } from './images.ts';

interface Rows {
  /** [rows, 3, S, S], normalised. */
  readonly images: Float32Array;
  /** [rows] */
  readonly labels: Int32Array;
}

/** Batch i is rows i·B … (i+1)·B. @throws HeadlessError when the file holds no batch of the config's size. */
export async function batchesForTraining(
  file: string,
  config: RunConfig,
): Promise<TrainingImages & { /** Batches in the file. */ readonly steps: number }> {
  const { images, labels } = await readRows(file, config);
  const { batchSize } = config.training;
  const steps = Math.floor(labels.length / batchSize);
  if (steps === 0) {
    throw new HeadlessError(
      `${file} holds ${labels.length} images, less than one batch of ${batchSize}`,
    );
  }
  const imageLength = images.length / labels.length;
  return {
    steps,
    classNames: [],
    source: null,
    prepare: () => Promise.resolve(),
    info: null,
    batches: () => ({
      isReady: (step) => step < steps,
      load: (step, batch) => {
        const [start, end] = [step * batchSize, (step + 1) * batchSize];
        batch.upload(
          images.subarray(start * imageLength, end * imageLength),
          labels.subarray(start, end),
        );
        return undefined;
      },
    }),
    arrived: () => 0,
    first: (count) => images.subarray(0, count * imageLength),
    label: () => {
      throw new Error('ready batches are no dataset');
    },
    on: () => {
      throw new Error('ready batches are no dataset');
    },
  };
}

/** All rows, a last incomplete batch included. */
export async function batchesForTest(file: string, config: RunConfig): Promise<TestImages> {
  const { images, labels } = await readRows(file, config);
  if (labels.length === 0) throw new HeadlessError(`${file} holds no images`);
  const imageLength = images.length / labels.length;
  return {
    count: labels.length,
    label: (image) => labels[image] ?? 0,
    load: (start, count, batch, view) => {
      const rows = images.subarray(start * imageLength, (start + count) * imageLength);
      batch.upload(viewed(rows, config, view), labels.subarray(start, start + count));
      return undefined;
    },
  };
}

/** Images [rows, 3, S, S], normalised, as `augmentation` shows them: moved with black coming in, and mirrored. */
export function viewed(
  images: Float32Array,
  { model: { inputSize: size }, data: { mean, std } }: Pick<RunConfig, 'model' | 'data'>,
  { x, y, flip }: View,
): Float32Array {
  const isIn = (at: number): boolean => at >= 0 && at < size;
  return images.map((_, i) => {
    const column = i % size;
    const plane = Math.floor(i / size ** 2);
    const fromX = (flip ? size - 1 - column : column) + x;
    const fromY = (Math.floor(i / size) % size) + y;
    const channel = plane % 3;
    if (!isIn(fromX) || !isIn(fromY)) return -(mean[channel] ?? 0) / (std[channel] ?? 1);
    return images[(plane * size + fromY) * size + fromX] ?? 0;
  });
}

async function readRows(file: string, config: RunConfig): Promise<Rows> {
  const { tensors } = await readTensors(file);
  const images = tensors.get('images');
  const labels = tensors.get('labels');
  if (images === undefined || labels === undefined) {
    throw new HeadlessError(
      `${file}: no tensor "${images === undefined ? 'images' : 'labels'}". Batches are images [rows, 3, H, W] float32 and labels [rows] int32.`,
    );
  }
  const { inputSize, classes } = config.model;
  const [rows = 0, ...imageShape] = images.shape;
  if (images.dtype !== 'F32' || imageShape.join() !== [3, inputSize, inputSize].join()) {
    throw new HeadlessError(
      `${file}: images are ${images.dtype} [${images.shape.join(', ')}]; model.inputSize asks for F32 [rows, 3, ${inputSize}, ${inputSize}]`,
    );
  }
  if (!labels.dtype.startsWith('I') || labels.shape.join() !== String(rows)) {
    throw new HeadlessError(
      `${file}: labels are ${labels.dtype} [${labels.shape.join(', ')}], not int32 [${rows}]`,
    );
  }
  const checked = Int32Array.from(labels.data, Number);
  const wrong = checked.findIndex((label) => label < 0 || label >= classes);
  if (wrong !== -1) {
    throw new HeadlessError(
      `${file}: label ${checked[wrong]} in row ${wrong}, but model.classes is ${classes}`,
    );
  }
  return { images: images.data, labels: checked };
}

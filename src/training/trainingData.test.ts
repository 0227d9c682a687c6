import { expect, test } from 'vitest';
import { DataError } from '../data/dataError.ts';
import { IMAGE_BYTES, type Source } from '../data/types.ts';
import { TrainingData } from './trainingData.ts';

const CHUNK = 10;

/** 30 training images whose bytes are their index; the chunk that starts at `breaksAt` fails once. */
function source(title: string, breaksAt = -1): Source {
  let isBroken = breaksAt >= 0;
  const reader = (count: number) => ({
    chunks: Array.from({ length: count / CHUNK }, (_, i) => ({ start: i * CHUNK, count: CHUNK })),
    fetch: async ({ start }: { start: number }) => {
      if (isBroken && start === breaksAt) {
        isBroken = false;
        throw new DataError('interrupted', 'The line went dead.');
      }
      const pixels = new Uint8Array(CHUNK * IMAGE_BYTES);
      for (let i = 0; i < CHUNK; i++)
        pixels.fill(start + i, i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
      return async () => ({ pixels, labels: new Uint16Array(CHUNK).fill(start / CHUNK) });
    },
  });
  return {
    open: async () => ({
      description: {
        origin: 'file',
        title,
        isCifar10: false,
        dataset: null,
        sha256: null,
        citation: null,
        classNames: [],
      },
      train: reader(30),
      test: reader(10),
    }),
  };
}

function open(...sources: Source[]) {
  const left = [...sources];
  const failures: string[] = [];
  let settle: () => void = () => undefined;
  const data = new TrainingData(
    { source: 'own', train: 30, test: 10, seed: 0 },
    {
      baseUrl: null,
      get sources() {
        return left.splice(0, 1);
      },
    },
    {
      onChange: ({ progress }) => {
        if (progress.done) settle();
      },
      onFailure: (message) => {
        failures.push(message);
        settle();
      },
    },
  );
  const load = () =>
    new Promise<void>((resolve) => {
      settle = resolve;
      data.load();
    });
  return { data, failures, load };
}

test('images are found by index across chunks', async () => {
  const { data, load } = open(source('numbers'));
  await load();
  expect([data.arrived('train'), data.arrived('test')]).toEqual([30, 10]);
  for (const index of [0, 9, 10, 29]) {
    const { pixels, label } = data.image('train', index);
    expect([pixels[0], pixels.at(-1), pixels.length]).toEqual([index, index, IMAGE_BYTES]);
    expect(label).toBe(Math.floor(index / 10));
  }
  expect(() => data.image('train', 30)).toThrow(RangeError);
});

test('after a failure what had arrived stays, and loading again brings the rest', async () => {
  const flaky = source('numbers', 20);
  const { data, failures, load } = open(flaky, flaky);
  await load();
  expect(failures).toEqual(['The line went dead.']);
  expect(data.arrived('train')).toBe(20);
  await load();
  expect(data.failure).toBeNull();
  expect(data.arrived('train')).toBe(30);
  expect(data.image('train', 25).pixels[0]).toBe(25);
});

test('other images than those training began with are not mixed in', async () => {
  const { data, failures, load } = open(source('numbers', 20), source('letters'));
  await load();
  await load();
  expect(failures[1]).toContain('The images came from numbers, which can no longer be reached');
  expect(data.arrived('train')).toBe(20);
  expect(data.info?.title).toBe('numbers');
});

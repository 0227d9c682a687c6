import { expect, test } from 'vitest';
import type { View } from '../data/augmentation.ts';
import type { EngineEvaluator, Evaluation, LoadImages } from '../engine/api.ts';
import type { TestViews } from '../model/config.ts';
import { evaluateViews, viewCount } from './testViews.ts';
import { tinyConfig } from './testing/sessionHarness.ts';
import { harnessWith, steps } from './testing/tinyRuns.ts';

const LABELS = [1, 0, 2];

/** Three images' logits of three classes: [x, y, flip ? 1 : 0] of the view, plus the image's number on its own class. */
function fakeEvaluator(seen: View[]): EngineEvaluator {
  return {
    async evaluate(total, load, { logits = false } = {}): Promise<Evaluation> {
      const { view } = load(0, total) ?? {};
      if (view === undefined) throw new Error('no view');
      seen.push(view);
      const values = [view.x, view.y, view.flip ? 1 : 0];
      const rows = LABELS.flatMap((label, image) =>
        values.map((value, k) => value + (k === label ? image : 0)),
      );
      return {
        ...{ loss: 5, lossSum: 15, accuracy: 0.25 },
        logits: logits ? Float32Array.from(rows) : null,
      };
    },
    destroy: () => undefined,
  };
}

const viewedBy =
  (view: View): LoadImages =>
  () => ({
    dataset: { uploaded: 3, append: () => undefined, destroy: () => undefined },
    ...{ seed: 0, firstPosition: 0, indices: Uint32Array.of(0, 1, 2), view },
    augment: { crop: false, flip: false },
  });

async function evaluated(testViews: TestViews) {
  const seen: View[] = [];
  const images = { load: viewedBy, label: (image: number) => LABELS[image] ?? -1 };
  const result = await evaluateViews(fakeEvaluator(seen), 3, { testViews }, images);
  expect(viewCount({ testViews })).toBe(seen.length);
  return { ...result, seen };
}

test('one view is a plain evaluation', async () => {
  const { seen, ...result } = await evaluated('one');
  expect(seen).toEqual([{ x: 0, y: 0, flip: false }]);
  expect(result).toEqual({ loss: 5, lossSum: 15, accuracy: 0.25, logits: null });
  expect(viewCount({})).toBe(1);
});

test('an image and its mirror image count the same', async () => {
  const { loss, accuracy, logits } = await evaluated('flip');
  // [0, 0, ½] on the mean, and the image's number on its class.
  expect([...(logits ?? [])]).toEqual([0, 0, 0.5, 1, 0, 0.5, 0, 0, 2.5]);
  const sums = [2 + Math.exp(0.5), Math.E + 1 + Math.exp(0.5), 2 + Math.exp(2.5)];
  const losses = sums.map((sum, i) => Math.log(sum) - ([0, 1, 2.5][i] ?? 0));
  expect(loss).toBeCloseTo(losses.reduce((sum, value) => sum + value, 0) / 3, 12);
  expect(accuracy).toBeCloseTo(2 / 3, 12);
});

test('six views are weighted as in airbench, and moves to both sides cancel out', async () => {
  const { seen, logits } = await evaluated('crops');
  expect(seen.map(({ x, y, flip }) => [x, y, flip])).toEqual([
    [0, 0, false],
    [0, 0, true],
    [-1, -1, false],
    [-1, -1, true],
    [1, 1, false],
    [1, 1, true],
  ]);
  expect([...(logits ?? [])]).toEqual([0, 0, 0.5, 1, 0, 0.5, 0, 0, 2.5]);
});

test('a run is tested by its config’s views, which change without starting it again', async () => {
  const six = await harnessWith({
    id: 'six',
    config: tinyConfig({ training: { testViews: 'crops' } }),
  });
  const res = await harnessWith({ id: 'res', config: tinyConfig() });
  const tested = async (harness: typeof res, id: string) => {
    const from = harness.send({ type: 'evaluate', id });
    return harness.until('evaluated', from);
  };
  for (const harness of [six, res]) {
    await steps(harness, 2);
    await harness.untilImagesArrived();
  }
  const bySix = await tested(six, 'six');
  const byOne = await tested(res, 'res');
  expect(bySix.loss).not.toBe(byOne.loss);
  expect(bySix.loss).toBeCloseTo(byOne.loss, 0);

  const change = { kind: 'testViews', testViews: 'crops' } as const;
  const from = res.send({ type: 'change', id: 'res', change });
  expect(await res.until('changed', from)).toMatchObject({
    ...{ step: 2, label: 'tests: crops' },
    config: { training: { testViews: 'crops' } },
  });
  expect(await tested(res, 'res')).toMatchObject({ loss: bySix.loss, accuracy: bySix.accuracy });
  await steps(res, 1);
  await steps(six, 1);
  expect(res.losses('res')).toEqual(six.losses('six'));
  expect(res.of('reset')).toEqual([]);
});

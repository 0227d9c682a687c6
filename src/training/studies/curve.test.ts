import { expect, test } from 'vitest';
import { CpuDevice } from '../../engine/cpu/cpuDevice.ts';
import { openNodeThread } from '../../engine/cpu/threads/nodeThreads.ts';
import { buildGraph } from '../../model/builder.ts';
import { initialWeights } from '../../model/initialize.ts';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import { BatchLoss } from './batchLoss.ts';
import { Bend, placeOf, rateOf } from './bend.ts';
import { FlatWeights } from './flatWeights.ts';
import type { CurveResult, Study } from './study.ts';

const config = tinyConfig({ training: { batchSize: 25 } });

test('starts as the straight line, and descends where the gradient of the bend points', () => {
  const graph = buildGraph(config.model);
  const flat = new FlatWeights(graph);
  const [from, to] = [initialWeights(graph, 1), initialWeights(graph, 2)];
  const bend = new Bend(flat, from, to);
  const [first, last] = [flat.vectorOf(from), flat.vectorOf(to)];
  expect(flat.vectorOf(bend.at(0))).toEqual(first);
  expect(flat.vectorOf(bend.at(1))).toEqual(last);
  const quarter = flat.vectorOf(bend.at(0.25));
  const k = first.findIndex((w, i) => w !== last[i]);
  const [a = 0, b = 0] = [first[k], last[k]];
  expect(quarter[k]).toBeCloseTo(0.75 * a + 0.25 * b, 6);

  const gradient = flat.with(
    from,
    first.map(() => 1),
  );
  // v = 0.5, θ −= 0.1 · 0.5; then v = 0.9 · 0.5 + 0.5.
  bend.descend(gradient, 0.5, 0.1);
  bend.descend(gradient, 0.5, 0.1);
  expect(flat.vectorOf(bend.at(0.5))[k]).toBeCloseTo((a + b) / 2 - 0.5 * (0.05 + 0.095), 6);
  expect(flat.vectorOf(bend.at(1))).toEqual(last);
});

test('places are spread evenly over the curve; the rate falls over the second half', () => {
  const places = Array.from({ length: 1000 }, (_, step) => placeOf(step));
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...places)).toBeLessThan(1);
  expect(places.reduce((sum, t) => sum + t, 0) / 1000).toBeCloseTo(0.5, 1);
  expect([0, 50, 75, 99].map((step) => rateOf(0.4, step, 100))).toEqual([
    0.4,
    0.4,
    0.2,
    expect.closeTo(0.008),
  ]);
});

async function bent(): Promise<CurveResult> {
  const harness = new SessionHarness();
  const runs = [
    { id: 'a', config },
    { id: 'b', config: tinyConfig({ training: { seed: 1, batchSize: 25 } }) },
  ];
  harness.send({ type: 'open', baseUrl: 'http://localhost/' }, { type: 'setRuns', runs });
  await harness.until('prepared', 0, ({ id }) => id === 'b');
  await harness.untilPaused({ type: 'step' });
  const study: Study = {
    ...{ kind: 'curve', of: { run: 'a' }, to: { run: 'b' } },
    ...{ images: 250, points: 3, steps: 80, rate: 0.2 },
  };
  const from = harness.send({ type: 'study', key: 'curve', study });
  const { result } = await harness.until('studyDone', from);
  if (result.kind !== 'curve') throw new Error(`a ${result.kind}`);
  return result;
}

test('the loss falls along the curve while its ends stay; the same bits again', async () => {
  const curve = await bent();
  expect(curve).toMatchObject({ toStep: 1, images: 250, testImages: 50, bendSteps: 80 });
  expect(curve.curves.map(({ steps }) => steps)).toEqual([0, 20, 40, 80]);
  const [line, last] = [curve.curves[0]?.rows, curve.curves.at(-1)?.rows];
  expect(last?.map(({ alpha }) => alpha)).toEqual([0, 0.5, 1]);
  expect([last?.[0], last?.[2]]).toEqual([line?.[0], line?.[2]]);
  expect(last?.[1]?.train.loss).toBeLessThan((line?.[1]?.train.loss ?? 0) - 0.05);
  expect(await bent()).toEqual(curve);
});

test('a bend comes out the same to the bit on one thread and on two', async () => {
  const graph = buildGraph(config.model);
  const flat = new FlatWeights(graph);
  const batchSize = 25;
  const bent = async (device: CpuDevice): Promise<Float32Array> => {
    const batch = device.createBatch({ batchSize, inputSize: 8 });
    const load = (first: number) => {
      const pixels = Float32Array.from({ length: batchSize * 192 }, (_, i) => Math.sin(first + i));
      batch.upload(
        pixels,
        Int32Array.from({ length: batchSize }, (_, i) => i % 10),
      );
      return undefined;
    };
    const batchLoss = await BatchLoss.open(device, config, {}, batch, load);
    const bend = new Bend(flat, initialWeights(graph, 1), initialWeights(graph, 2));
    for (let step = 0; step < 4; step++) {
      const { gradient } = await batchLoss.step(bend.at(placeOf(step)), step);
      bend.descend(gradient, placeOf(step), 0.1);
    }
    device.destroy();
    return flat.vectorOf(bend.at(0.5));
  };
  const alone = await bent(new CpuDevice({ workers: [], arithmetic: 'exact' }));
  const shared = new CpuDevice({ workers: [openNodeThread()], arithmetic: 'exact' });
  expect(await bent(shared)).toEqual(alone);
});

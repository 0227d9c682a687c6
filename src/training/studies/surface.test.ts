import { expect, test } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { stateFor } from '../../weights/stateDict.ts';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import { filterNormalised } from './directions.ts';
import type { SurfaceResult, SurfaceStudy } from './study.ts';

const config = tinyConfig();
const GRID = { kind: 'surface', split: 'test', images: 50, size: 5, range: 0.5, seed: 9 } as const;

async function surfaceOf(
  harness: SessionHarness,
  key: string,
  of: SurfaceStudy['of'],
): Promise<SurfaceResult> {
  const from = harness.send({ type: 'study', key, study: { ...GRID, of } });
  const { result } = await harness.until('studyDone', from, (event) => event.key === key);
  if (result.kind !== 'surface') throw new Error(`a ${result.kind}`);
  return result;
}

async function testLoss(harness: SessionHarness, id: string): Promise<number> {
  const from = harness.send({ type: 'evaluate', id });
  return (await harness.until('evaluated', from, (event) => event.id === id)).loss;
}

test('is the test loss in the middle, and elsewhere that of a net whose weights were moved in plain JS', async () => {
  const harness = new SessionHarness();
  const runs = ['trained', 'moved'].map((id) => ({ id, config }));
  harness.send({ type: 'open', baseUrl: 'http://localhost/' }, { type: 'setRuns', runs });
  await harness.until('prepared', 0, ({ id }) => id === 'moved');
  await harness.untilPaused({ type: 'step' });
  await harness.untilPaused({ type: 'step' });
  const surface = await surfaceOf(harness, 'a', { run: 'trained' });
  expect(surface).toMatchObject({ images: 50, size: 5, range: 0.5, known: 25 });
  expect(surface.loss[12]).toBe(await testLoss(harness, 'trained'));
  expect(new Set(surface.loss).size).toBe(25);

  const graph = buildGraph(config.model);
  const { state } = stateFor(graph, readSafetensors(await harness.weights('trained')));
  const [first, second] = [0, 1].map((which) => filterNormalised(graph, state, GRID.seed, which));
  // Column 3, row 0: half of the range along the first direction, the whole back along the second.
  const tensors = [...state].map(([name, { shape, data }]) => ({
    name,
    shape,
    data: data.map((w, i) => {
      const [x, y] = [first?.get(name)?.[i] ?? 0, second?.get(name)?.[i] ?? 0];
      return w + 0.25 * x - 0.5 * y;
    }),
  }));
  harness.send({ type: 'loadWeights', id: 'moved', source: 'test', tensors });
  expect(surface.loss[3]).toBe(await testLoss(harness, 'moved'));

  // The same from a kept run's config and weights, but for the last bits: kernels are not those tuned for the run.
  const kept = [...state].map(([name, tensor]) => ({ name, ...tensor }));
  const again = await surfaceOf(harness, 'b', { config, tensors: kept });
  expect(again).toMatchObject({ images: 50, size: 5, range: 0.5, known: 25 });
  for (const [at, loss] of again.loss.entries()) expect(loss).toBeCloseTo(surface.loss[at] ?? 0, 5);
});

test('a surface whose images are not there yet waits for them', async () => {
  const harness = new SessionHarness();
  harness.send(
    { type: 'open', baseUrl: 'http://localhost/' },
    { type: 'setRuns', runs: [{ id: 'res', config }] },
  );
  await harness.until('prepared');
  const surface = await surfaceOf(harness, 'a', { run: 'res' });
  expect(surface.known).toBe(25);
  expect(harness.of('studyProgress').at(0)).toMatchObject({ step: 0, done: 0 });
});

import { expect, test, vi } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { stateFor } from '../../weights/stateDict.ts';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import { filterNormalised } from './directions.ts';
import type { SurfaceResult, SurfaceStudy } from './surface.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 180_000 });

const config = tinyConfig();
const GRID = { kind: 'surface', split: 'test', images: 50, size: 5, range: 0.5, seed: 9 } as const;

async function surfaceOf(
  desk: SessionHarness,
  key: string,
  of: SurfaceStudy['of'],
): Promise<SurfaceResult> {
  const from = desk.send({ type: 'study', key, study: { ...GRID, of } });
  const { result } = await desk.until('studyDone', from, (event) => event.key === key);
  if (result.kind !== 'surface') throw new Error(`a ${result.kind}`);
  return result;
}

async function testLoss(desk: SessionHarness, id: string): Promise<number> {
  const from = desk.send({ type: 'evaluate', id });
  return (await desk.until('evaluated', from, (event) => event.id === id)).loss;
}

test('is the test loss in the middle, and elsewhere that of a net whose weights were moved in plain JS', async () => {
  const desk = new SessionHarness();
  const runs = ['trained', 'moved'].map((id) => ({ id, config }));
  desk.send({ type: 'open', baseUrl: 'http://localhost/' }, { type: 'setRuns', runs });
  await desk.until('prepared', 0, ({ id }) => id === 'moved');
  await desk.untilPaused({ type: 'step' });
  await desk.untilPaused({ type: 'step' });
  const surface = await surfaceOf(desk, 'a', { run: 'trained' });
  expect(surface).toMatchObject({ images: 50, size: 5, range: 0.5, known: 25 });
  expect(surface.loss[12]).toBe(await testLoss(desk, 'trained'));
  expect(new Set(surface.loss).size).toBe(25);

  const graph = buildGraph(config.model);
  const { state } = stateFor(graph, readSafetensors(await desk.weights('trained')));
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
  desk.send({ type: 'loadWeights', id: 'moved', source: 'test', tensors });
  expect(surface.loss[3]).toBe(await testLoss(desk, 'moved'));

  // The same from a kept run's config and weights, but for the last bits: kernels are not those tuned for the run.
  const kept = [...state].map(([name, tensor]) => ({ name, ...tensor }));
  const again = await surfaceOf(desk, 'b', { config, tensors: kept });
  expect(again).toMatchObject({ images: 50, size: 5, range: 0.5, known: 25 });
  for (const [at, loss] of again.loss.entries()) expect(loss).toBeCloseTo(surface.loss[at] ?? 0, 5);
});

test('a surface whose images are not there yet waits for them', async () => {
  const desk = new SessionHarness();
  desk.send(
    { type: 'open', baseUrl: 'http://localhost/' },
    { type: 'setRuns', runs: [{ id: 'res', config }] },
  );
  await desk.until('prepared');
  const surface = await surfaceOf(desk, 'a', { run: 'res' });
  expect(surface.known).toBe(25);
  expect(desk.of('studyProgress').at(0)).toMatchObject({ step: 0, done: 0 });
});

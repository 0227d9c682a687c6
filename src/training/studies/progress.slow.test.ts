/** What a study tells on the way, on a device that takes longer than a round for every part of it. */
import { expect, it } from 'vitest';
import type { EngineDevice, EngineProbe } from '../../engine/api.ts';
import { buildGraph } from '../../model/builder.ts';
import { initialWeights } from '../../model/initialize.ts';
import { ROUND_MS } from '../evaluation.ts';
import { tinyConfig } from '../testing/sessionHarness.ts';
import { TrainingData } from '../trainingData.ts';
import { planLesions } from './lesions.ts';
import { StudyContext } from './studyContext.ts';
import { planSurface } from './surface.ts';

const config = tinyConfig();
const graph = buildGraph(config.model);
const IMAGES = 16;

function slowContext(): StudyContext {
  const probe: EngineProbe = {
    graph,
    load: () => undefined,
    evaluate: async (total) => {
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS + 20));
      return { loss: 2, lossSum: 2 * total, accuracy: 0.5, logits: null };
    },
    destroy: () => undefined,
  };
  const device: Pick<EngineDevice, 'createBatch' | 'createProbe'> = {
    createBatch: (shape) => ({ shape, upload: () => undefined, destroy: () => undefined }),
    createProbe: async () => probe,
  };
  const data = new TrainingData(
    { ...config.data, seed: 0 },
    { baseUrl: null },
    { onChange: () => undefined, onFailure: () => undefined },
  );
  data.info = {
    ...{
      origin: 'synthetic',
      title: 'Test',
      isCifar10: false,
      dataset: null,
      sha256: null,
      citation: null,
      classNames: [],
    },
    ...{ train: 0, test: IMAGES, unavailable: [] },
  };
  const weights = initialWeights(graph, 1);
  const subject = {
    ...{ config, graph, weights, step: 0, kernelChoices: {}, trail: [] },
    ...{ batchSize: 16, trainingBatchSize: 16 },
  };
  return new StudyContext(device as EngineDevice, subject, data);
}

async function partials<P>(run: AsyncGenerator<{ partial?: P }, P, void>, context: StudyContext) {
  const found: (P | undefined)[] = [];
  for (;;) {
    context.beginRound();
    const { value, done } = await run.next();
    if (done) return found;
    found.push(value.partial);
  }
}

const of = { run: 'run' };

it('a surface has one more point after each', async () => {
  const context = slowContext();
  const grid = { split: 'test', images: IMAGES, size: 3, range: 1, seed: 1 } as const;
  const found = await partials(planSurface({ kind: 'surface', of, ...grid }).run(context), context);
  expect(found.map((partial) => partial?.known)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('a sweep has one more row after each', async () => {
  const context = slowContext();
  const sets = [[], ['layer1.0'], ['layer2.0']];
  const plan = planLesions({ kind: 'lesions', of, images: IMAGES, sets });
  const found = await partials(plan.run(context), context);
  expect(found.map((partial) => partial?.rows.length)).toEqual([1, 2, 3]);
});

/** How fast an engine trains. */
import { buildGraph } from '../model/builder.ts';
import { trainingFlopsPerImage } from '../model/cost.ts';
import { initialWeights } from '../model/initialize.ts';
import type { EngineDevice } from './api.ts';
import { MEASURED_MODEL as model, MEASURED_TRAINING as training } from './measuredNet.ts';

/** Steps between two looks at the clock: a GPU works on them without waiting for the page, as in training. */
const ROUND = 4;

/** GFLOP/s (a multiply-add counts two) that training the measured net sustains; compiling it does not count. */
export async function measureTraining(device: EngineDevice, budgetMs = 400): Promise<number> {
  const graph = buildGraph(model);
  const { batchSize, seed } = training;
  const batch = device.createBatch({ batchSize, inputSize: model.inputSize });
  const network = await device.createNetwork({ graph, training }, batch);
  const stepper = device.createStepper(batch, [network]);
  const images = new Float32Array(batchSize * 3 * model.inputSize ** 2).fill(1);
  batch.upload(images, new Uint8Array(batchSize));
  network.load({ weights: initialWeights(graph, seed) });
  // The compiler improves the processor's kernels while they run: the fastest round counts.
  let fastestMs = Number.POSITIVE_INFINITY;
  let step = 0;
  const begin = performance.now();
  do {
    const start = performance.now();
    for (let i = 1; i < ROUND; i++)
      stepper.step({ step: step++, learningRates: [0], readback: false });
    await stepper.step({ step: step++, learningRates: [0], readback: true });
    fastestMs = Math.min(fastestMs, performance.now() - start);
  } while (performance.now() - begin < budgetMs);
  for (const part of [stepper, network, batch]) part.destroy();
  return (trainingFlopsPerImage(graph) * batchSize * ROUND) / fastestMs / 1e6;
}

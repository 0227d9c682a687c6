/** How fast the engine trains. */
import { buildGraph } from '../../model/builder.ts';
import { trainingFlopsPerImage } from '../../model/cost.ts';
import { initialWeights } from '../../model/initialize.ts';
import type { EngineDevice } from '../api.ts';
import { MEASURED_MODEL as model, MEASURED_TRAINING as training } from '../measuredNet.ts';

/** GFLOP/s (a multiply-add counts two) that training the measured net sustains. */
export async function measureTraining(device: EngineDevice, budgetMs = 400): Promise<number> {
  const graph = buildGraph(model);
  const { batchSize, seed } = training;
  const batch = device.createBatch({ batchSize, inputSize: model.inputSize });
  const network = await device.createNetwork({ graph, training }, batch);
  const stepper = device.createStepper(batch, [network]);
  const images = new Float32Array(batchSize * 3 * model.inputSize ** 2).fill(1);
  batch.upload(images, new Uint8Array(batchSize));
  network.load({ weights: initialWeights(graph, seed) });
  // The compiler improves the kernels while they run: the fastest step counts.
  let fastestMs = Number.POSITIVE_INFINITY;
  const begin = performance.now();
  for (let step = 0; performance.now() - begin < budgetMs; step++) {
    const start = performance.now();
    stepper.step({ step, learningRates: [0], readback: false });
    fastestMs = Math.min(fastestMs, performance.now() - start);
    if (step % 32 === 0) await stepper.step({ step, learningRates: [0], readback: true });
  }
  for (const part of [stepper, network, batch]) part.destroy();
  return (trainingFlopsPerImage(graph) * batchSize) / fastestMs / 1e6;
}

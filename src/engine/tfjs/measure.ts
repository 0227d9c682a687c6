/** How fast the backend trains. */
import { buildGraph } from '../../model/builder.ts';
import { trainingFlopsPerImage } from '../../model/cost.ts';
import { initialWeights } from '../../model/initialize.ts';
import { MEASURED_MODEL as model, MEASURED_TRAINING as training } from '../measuredNet.ts';
import { TfjsBatch } from './batch.ts';
import { TfjsNetwork } from './network.ts';

/**
 * GFLOP/s (a multiply-add counts two) that training the measured net sustains.
 * Repeats steps more and more often until one round takes a fifth of `budgetMs`.
 */
export async function measureTraining(budgetMs = 500): Promise<number> {
  const { batchSize, seed } = training;
  const graph = buildGraph(model);
  const network = new TfjsNetwork({ graph, training });
  const batch = new TfjsBatch({ batchSize, inputSize: model.inputSize });
  batch.upload(
    new Float32Array(batchSize * 3 * model.inputSize ** 2).fill(1),
    new Uint8Array(batchSize),
  );
  network.load({ weights: initialWeights(graph, seed) });
  const round = async (steps: number): Promise<number> => {
    const start = performance.now();
    for (let step = 0; step < steps; step++) {
      const metrics = network.step(batch.tensors, step, 0);
      if (step === steps - 1) await metrics.data();
      metrics.dispose();
    }
    return performance.now() - start;
  };
  const begin = performance.now();
  await round(1);
  let steps = 1;
  let ms = await round(steps);
  while (ms < budgetMs / 5 && performance.now() - begin < budgetMs) {
    steps *= 4;
    ms = await round(steps);
  }
  network.destroy();
  batch.destroy();
  return (trainingFlopsPerImage(graph) * batchSize * steps) / ms / 1e6;
}

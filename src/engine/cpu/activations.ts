/** What every layer makes of single images: passes without fusions whose values all stay until they are read. */
import type { StateDict } from '../../model/graph.ts';
import type { Activations, ActivationsOptions } from '../api.ts';
import { checkState } from '../checkState.ts';
import { planEvaluation } from '../plan/plan.ts';
import { CpuBatch } from './batch.ts';
import { CpuDataset } from './dataset.ts';
import { compileEvaluation, evaluationState } from './evaluator.ts';
import type { Arithmetic } from './kernels/kernel.ts';
import { loadWeights } from './network.ts';
import type { ThreadPool } from './threads/pool.ts';

/** @param images [32, 32, 3] bytes each. @throws EngineError `too-large`, `out-of-memory`, `state`. */
export async function readActivations(
  { graph, normalization }: ActivationsOptions,
  weights: StateDict,
  images: readonly Uint8Array[],
  arithmetic: Arithmetic,
  pool: ThreadPool,
): Promise<readonly Activations[]> {
  checkState(graph, { weights, momentum: new Map() });
  const plan = planEvaluation(graph, 1, { grouping: 'separate' });
  const program = await compileEvaluation(plan, arithmetic, pool);
  try {
    loadWeights(program, weights);
    const batch = new CpuBatch({ batchSize: 1, inputSize: graph.model.inputSize, normalization });
    const augment = { crop: false, flip: false };
    const dataset = new CpuDataset(images.length);
    const labels = new Uint16Array(1);
    return images.map((pixels, start) => {
      dataset.append({ split: 'test', start, count: 1, pixels, labels });
      const indices = Uint32Array.of(start);
      batch.gather({ dataset, indices, firstPosition: 0, augment, seed: 0 });
      const [part] = batch.parts;
      if (part === undefined) throw new Error('the batch is empty');
      program.write(0, plan.images, part.images);
      program.run(0, evaluationState(1, 1, part.labels));
      const values = graph.nodes.flatMap(({ id, name }) => {
        const tensor = plan.values.get(id);
        return tensor === undefined ? [] : [[name, program.read(0, tensor, 0)] as const];
      });
      return { values: new Map(values) };
    });
  } finally {
    program.destroy();
  }
}

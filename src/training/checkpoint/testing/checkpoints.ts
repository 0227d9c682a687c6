/** Checkpoints for tests that need no device. */
import { buildGraph } from '../../../model/builder.ts';
import { runConfigSchema } from '../../../model/config.ts';
import { layerNames } from '../../../model/layerNames.ts';
import { RunHistory } from '../../history.ts';
import { initialState } from '../../state.ts';
import type { Checkpoint, SavedRun } from '../checkpoint.ts';

/** A network of a few hundred weights after `step` steps. */
export function savedRun(step: number, seed = 0): SavedRun {
  const config = runConfigSchema.parse({
    version: 1,
    model: { stageDepths: [1], stageWidths: [2], inputSize: 8 },
    training: { seed },
    data: { source: 'synthetic', train: 250, test: 50 },
  });
  const graph = buildGraph(config.model);
  const layers = layerNames(graph);
  const { parameterNames: names, activationNames } = layers;
  const history = new RunHistory(layers);
  const numbers = (columns: number, shift: number) =>
    Float32Array.from({ length: step * columns }, (_, i) => 1 / (i + shift));
  const steps = Array.from({ length: step }, (_, i) => i);
  history.append({
    step: Uint32Array.from(steps),
    loss: Float32Array.from(steps, (i) => 2 / (i + 1)),
    accuracy: Float32Array.from(steps, (i) => i / step),
    learningRate: new Float32Array(step).fill(0.1),
    elapsedMs: Float64Array.from(steps, (i) => 10.25 * (i + 1)),
    gradNorm: numbers(names.length, 3),
    weightNorm: numbers(names.length, 4),
    updateNorm: numbers(names.length, 5),
    activationStd: numbers(activationNames.length, 6),
  });
  if (step > 1) history.evaluated({ step: 1, loss: 2.25, accuracy: 0.125 });
  const { weights } = initialState(graph, seed);
  const momentum = new Map([...weights].slice(0, 3));
  return {
    ...{ name: 'Tiny', colourIndex: 1, config, status: 'live', divergence: null, step },
    elapsedMs: 10.25 * step,
    images: { title: 'Synthetic shapes', isCifar10: false, train: 250 },
    lastTest: null,
    imported: null,
    marks: [{ step: 0, label: 'learning rate 0.1' }],
    state: { weights, momentum },
    history: history.state,
  };
}

export function checkpointAt(step: number): Checkpoint {
  const adapter = { name: 'a', vendor: 'b', architecture: 'c', isSoftware: true };
  return { savedAtMs: 1000 + step, adapter, runs: [savedRun(step)] };
}

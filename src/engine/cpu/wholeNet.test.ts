/**
 * Whole networks of every kind on the processor against a float64 network of plain loops: each parameter's gradient along
 * a random direction against the loss's central difference, each layer's deviation, and the network's evaluation.
 */
import { afterAll, expect, it } from 'vitest';
import { activationLayers } from '../../model/activationLayers.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import { referenceLoss, referenceTestLoss, referenceValues } from '../testing/interpreter.ts';
import { NETWORKS } from '../testing/networks.ts';
import { dot } from '../testing/numeric.ts';
import { randomArray } from '../testing/runKernel.ts';
import { activationStdReference } from '../webgpu/kernels/activationStd/activationStd.reference.ts';
import { CpuDevice } from './cpuDevice.ts';

const BATCH = 3;
const LABELS = Int32Array.of(1, 7, 3);
const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
afterAll(() => device.destroy());

/** Weights with every vector off its special values 0 and 1. */
function startingWeights(graph: LayerGraph): StateDict {
  const weights = initialWeights(graph, 7);
  graph.parameters.forEach(({ name, shape, elements, role }, i) => {
    if (role === 'convWeight' || role === 'linearWeight') return;
    const center = role === 'normWeight' ? 1 : 0;
    const data = randomArray(elements, 100 + i).map((x) => center + 0.3 * x);
    weights.set(name, { shape, data });
  });
  return weights;
}

async function expectTruth(model: NonNullable<RunConfigInput['model']>): Promise<void> {
  const labelSmoothing = 0.1;
  const config = configOf({
    // Smooth activations: a central difference across ReLU's kink is no derivative.
    model: { activation: 'tanh', inputSize: 8, ...model },
    // Without weight decay the first step's velocity is the gradient.
    training: { batchSize: BATCH, labelSmoothing, optimizer: { weightDecay: 0 } },
  });
  const graph = buildGraph(config.model);
  const weights = startingWeights(graph);
  const { inputSize } = config.model;
  const pixels = 3 * inputSize * inputSize;
  const images = randomArray(BATCH * pixels, 3);

  const batch = device.createBatch({ batchSize: BATCH, inputSize });
  const network = await device.createNetwork({ graph, training: config.training }, batch);
  network.load({ weights });
  const stepper = device.createStepper(batch, [network]);
  batch.upload(images, LABELS);
  const read = await stepper.step({ step: 0, learningRates: [0.05], readback: true });
  const step = read?.[0]?.[0];
  const { momentum: gradients, weights: after } = await network.save();

  // [N, pixels] to [pixels, N].
  const transposed = images.map(
    (_, i) => images[(i % BATCH) * pixels + Math.floor(i / BATCH)] ?? 0,
  );
  const data = { batch: BATCH, images: transposed, labels: LABELS };
  const asNumbers = new Map<string, ArrayLike<number>>();
  for (const [name, tensor] of weights) asNumbers.set(name, Float64Array.from(tensor.data));
  const loss = (changed: Map<string, ArrayLike<number>>) =>
    referenceLoss(graph, new Map([...asNumbers, ...changed]), data, labelSmoothing);
  expect(step?.loss).toBeCloseTo(loss(new Map()), 5);
  graph.parameters.forEach(({ name, elements, active }, i) => {
    const gradient = gradients.get(name)?.data ?? new Float32Array();
    const norm = Math.hypot(...gradient);
    const before = asNumbers.get(name) ?? [];
    expect(step?.gradNorm[i], name).toBeCloseTo(norm, 5);
    expect(step?.weightNorm[i], name).toBeCloseTo(Math.hypot(...Array.from(before)), 4);
    expect(step?.updateNorm[i], name).toBeCloseTo(0.05 * norm, 5);
    if (!active) {
      expect(norm, name).toBe(0);
      expect(after.get(name)?.data, name).toEqual(weights.get(name)?.data);
      return;
    }
    const direction = randomArray(elements, 200 + i);
    const along = (t: number) =>
      loss(new Map([[name, Float64Array.from(direction, (d, j) => (before[j] ?? 0) + t * d)]]));
    const slope = (along(1e-5) - along(-1e-5)) / 2e-5;
    const error = Math.abs(dot(gradient, direction) - slope);
    expect(error, name).toBeLessThan(1e-4 * Math.max(norm, 1e-2));
  });
  const values = referenceValues(graph, asNumbers, data, 'training');
  activationLayers(graph).forEach(({ name, response }, i) => {
    const deviation = activationStdReference(values[response] ?? []);
    expect((step?.activationStd[i] ?? Number.NaN) / deviation, name).toBeCloseTo(1, 5);
  });

  const evaluator = await device.createEvaluator(network, batch);
  const evaluation = await evaluator.evaluate(BATCH, () => undefined);
  const trained = new Map([...after].map(([name, tensor]) => [name, tensor.data]));
  expect(evaluation.loss).toBeCloseTo(referenceTestLoss(graph, trained, data), 5);
  for (const made of [evaluator, stepper, network, batch]) made.destroy();
}

it.each(Object.entries(NETWORKS))('%s', (_, model) => expectTruth(model));

/** Deviations of responses in micro-batches, against a float64 network of plain loops. */
import { expect, it } from 'vitest';
import { activationLayers } from '../../model/activationLayers.ts';
import { buildGraph } from '../../model/builder.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import { splitBatch } from '../plan/splitBatch.ts';
import { referenceValues } from '../testing/interpreter.ts';
import { NETWORKS } from '../testing/networks.ts';
import { randomArray } from '../testing/runKernel.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { Batch } from './batch.ts';
import { activationStdReference } from './kernels/activationStd/activationStd.reference.ts';
import { Network } from './network.ts';
import { Stepper } from './stepper.ts';

const BATCH = 5;
const SIZE = 8;
const PIXELS = 3 * SIZE * SIZE;

const gpu = testGpu();

/** Vectors off their special values 0 and 1, so that every channel has a mean and a spread of its own. */
function startingWeights(graph: LayerGraph): StateDict {
  const weights = initialWeights(graph, 7);
  graph.parameters.forEach(({ name, shape, elements, role }, i) => {
    if (role === 'convWeight' || role === 'linearWeight') return;
    const center = role === 'normWeight' ? 1 : 0;
    weights.set(name, { shape, data: randomArray(elements, 100 + i).map((x) => center + 0.3 * x) });
  });
  return weights;
}

/** Images differ in brightness, so that micro-batches have means of their own. */
const images = randomArray(BATCH * PIXELS, 3).map((x, i) => x + Math.floor(i / PIXELS) / 2);
const labels = Int32Array.of(1, 7, 3, 0, 9);

/** Each layer's deviation over the batch, in float64. Parts are normalised by themselves. */
function deviations(graph: LayerGraph, weights: StateDict, parts: readonly number[]): number[] {
  const data = new Map([...weights].map(([name, tensor]) => [name, tensor.data]));
  let first = 0;
  const values = parts.map((batch) => {
    const own = images.subarray(first * PIXELS, (first + batch) * PIXELS);
    // [N, pixels] to [pixels, N].
    const turned = own.map((_, i) => own[(i % batch) * PIXELS + Math.floor(i / batch)] ?? 0);
    first += batch;
    return referenceValues(graph, data, { batch, images: turned }, 'training');
  });
  return activationLayers(graph).map(({ response }) =>
    activationStdReference(values.flatMap((nodes) => Array.from(nodes[response] ?? []))),
  );
}

it.each(['pre-activation, option B', 'option B with a cut shortcut'])(
  '%s',
  { timeout: 120_000 },
  async (name) => {
    const config = configOf({
      model: { activation: 'tanh', inputSize: SIZE, ...NETWORKS[name] },
      training: { batchSize: BATCH },
    });
    const graph = buildGraph(config.model);
    const device = await gpu;
    const batch = new Batch(device, { batchSize: BATCH, microBatchSize: 3, inputSize: SIZE });
    const network = await Network.create(device, { graph, training: config.training }, batch);
    const stepper = new Stepper(device, batch, [network]);
    let weights = startingWeights(graph);
    network.load({ weights });
    for (let step = 0; step < 2; step++) {
      batch.upload(images, labels);
      const read = await stepper.step({ step, learningRates: [0.05], readback: true });
      const [metrics] = read?.[0] ?? [];
      const expected = deviations(graph, weights, splitBatch(BATCH, 3));
      expect(metrics?.activationStd).toHaveLength(expected.length);
      activationLayers(graph).forEach((layer, i) => {
        const ratio = (metrics?.activationStd[i] ?? Number.NaN) / (expected[i] ?? 0);
        expect(ratio, `${layer.name}, step ${step}`).toBeCloseTo(1, 5);
      });
      ({ weights } = await network.save());
    }
    for (const made of [stepper, network, batch]) made.destroy();
  },
);

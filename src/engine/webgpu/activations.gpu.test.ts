/**
 * What every layer makes of an image, on both engines, against a float64 network of plain loops; and the logits against
 * the engine's own test of the same image.
 */
import { beforeAll, expect, it } from 'vitest';
import { referenceBatch } from '../../data/referenceBatch.ts';
import { drawShapes } from '../../data/syntheticShapes.ts';
import { IMAGE_BYTES } from '../../data/types.ts';
import { buildGraph } from '../../model/builder.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { EngineDevice } from '../api.ts';
import { referenceValues } from '../testing/interpreter.ts';
import { NETWORKS } from '../testing/networks.ts';
import { randomArray, relativeError } from '../testing/runKernel.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { openWasm } from '../tfjs/backends/wasm.ts';
import { TfjsDevice } from '../tfjs/tfjsDevice.ts';
import { WebGpuDevice } from './webGpuDevice.ts';

const IMAGES = 5;
const SHOWN = 3;

const devices: EngineDevice[] = [];
beforeAll(async () => {
  devices.push(new WebGpuDevice(await testGpu()));
  devices.push(new TfjsDevice(await openWasm(null)));
});

/** Weights as after some training: running statistics off 0 and 1, scales and offsets too. */
function trainedWeights(graph: LayerGraph): StateDict {
  const weights = initialWeights(graph, 7);
  graph.parameters.forEach(({ name, shape, elements, role }, i) => {
    if (role === 'convWeight' || role === 'linearWeight') return;
    const center = role === 'normWeight' ? 1 : 0;
    weights.set(name, {
      shape,
      data: randomArray(elements, 100 + i).map((x) => center + 0.3 * x),
    });
  });
  graph.runningStatistics.forEach(({ name, channels, initial }, i) => {
    const data = randomArray(channels, 300 + i).map((x) => initial + 0.5 * x);
    weights.set(name, { shape: [channels], data });
  });
  return weights;
}

it.each([
  'pre-activation bottleneck, option C',
  'ImageNet stem, pre-activation',
  'post-activation, option A, odd widths',
  'option B with a cut shortcut',
  'without normalization, option B',
])('%s', async (name) => {
  const model = NETWORKS[name];
  const config = configOf({ model: { inputSize: 16, ...model }, training: { batchSize: 4 } });
  const graph = buildGraph(config.model);
  const weights = trainedWeights(graph);
  const { inputSize } = config.model;
  const { pixels, labels } = drawShapes(1, 0, IMAGES);
  const image = pixels.subarray(SHOWN * IMAGE_BYTES, (SHOWN + 1) * IMAGE_BYTES);
  const images = referenceBatch({
    pixels: image,
    indices: new Uint32Array(1),
    ...{ inputSize, seed: 0, position: 0, augment: null },
  });
  const asNumbers = new Map([...weights].map(([name, { data }]) => [name, data]));
  const expected = referenceValues(graph, asNumbers, { batch: 1, images }, 'evaluation');
  for (const device of devices) {
    const batch = device.createBatch({ batchSize: 4, inputSize });
    const other = pixels.subarray(0, IMAGE_BYTES);
    const [, shown] = await device.activations({ graph }, weights, [other, image]);
    const values = shown?.values ?? new Map<string, Float32Array>();
    expect([...values.keys()]).toEqual(graph.nodes.map(({ name }) => name));
    for (const node of graph.nodes) {
      const error = relativeError(values.get(node.name) ?? [], expected[node.id] ?? [], 1e-3);
      expect(error, `${node.name} on ${device.adapter.name}`).toBeLessThan(2e-5);
    }
    const dataset = device.createDataset(IMAGES);
    dataset.append({ split: 'test', start: 0, count: IMAGES, pixels, labels });
    const probe = await device.createProbe({ graph }, batch);
    probe.load(weights);
    const augment = { crop: false, flip: false };
    const { logits } = await probe.evaluate(
      IMAGES,
      (start, rows) => ({
        dataset,
        indices: Uint32Array.from({ length: rows }, (_value, i) => start + i),
        ...{ firstPosition: 0, augment, seed: 0 },
      }),
      { logits: true },
    );
    const { classes } = config.model;
    const own = logits?.subarray(SHOWN * classes, (SHOWN + 1) * classes) ?? [];
    const output = graph.nodes[graph.output]?.name ?? '';
    expect(relativeError(values.get(output) ?? [], own), 'logits').toBeLessThan(1e-5);
    for (const part of [probe, dataset, batch]) part.destroy();
  }
});

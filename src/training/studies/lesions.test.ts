/**
 * Nets with a block off against a float64 network of plain loops that still has the block, but with weights
 * that make it do nothing: a branch whose last scale is 0, or convolutions that copy.
 */
import { expect, it } from 'vitest';
import { CpuDevice } from '../../engine/cpu/cpuDevice.ts';
import { referenceTestLoss } from '../../engine/testing/interpreter.ts';
import { NETWORKS } from '../../engine/testing/networks.ts';
import { randomArray } from '../../engine/testing/runKernel.ts';
import { buildGraph } from '../../model/builder.ts';
import type { LayerGraph, StateDict, Tensor } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { lesioned, lesionKind } from '../../model/lesion.ts';
import { modelOf } from '../../model/testing/configs.ts';

const BATCH = 4;
const device = new CpuDevice({ workers: [], arithmetic: 'exact' });

/** Weights as after some training: vectors off 0 and 1, running statistics too. */
function trainedWeights(graph: LayerGraph): StateDict {
  const weights = initialWeights(graph, 7);
  graph.parameters.forEach(({ name, shape, elements, role }, i) => {
    if (role === 'convWeight' || role === 'linearWeight') return;
    const center = role === 'normWeight' ? 1 : 0;
    const data = randomArray(elements, 100 + i).map((x) => center + 0.3 * x);
    weights.set(name, { shape, data });
  });
  graph.runningStatistics.forEach(({ name, channels, initial }, i) => {
    const data = randomArray(channels, 300 + i).map((x) => initial + 0.5 * x);
    weights.set(name, { shape: [channels], data });
  });
  return weights;
}

/** Runs a graph with weights on the processor and, with others, in float64. */
async function losses(graph: LayerGraph, cut: LayerGraph, weights: StateDict, idle: StateDict) {
  const { inputSize } = graph.model;
  const pixels = 3 * inputSize * inputSize;
  const images = randomArray(BATCH * pixels, 3);
  const labels = Int32Array.of(1, 7, 3, 0);
  const batch = device.createBatch({ batchSize: BATCH, inputSize });
  const probe = await device.createProbe({ graph: cut }, batch);
  probe.load(weights);
  batch.upload(images, labels);
  const { loss } = await probe.evaluate(BATCH, () => undefined);
  probe.destroy();
  batch.destroy();
  // [N, pixels] to [pixels, N].
  const transposed = images.map(
    (_value, i) => images[(i % BATCH) * pixels + Math.floor(i / BATCH)] ?? 0,
  );
  const numbers = new Map([...idle].map(([name, { data }]) => [name, Float64Array.from(data)]));
  for (const [name, values] of numbers) {
    // 1 − ε in float64: 1 / √(var + ε) is then exactly 1.
    if (idleNorms.has(name)) numbers.set(name, values.fill(1 - 1e-5));
  }
  const expected = referenceTestLoss(graph, numbers, { batch: BATCH, images: transposed, labels });
  return { loss, expected };
}
const idleNorms = new Set<string>();

const filled = ({ shape, data }: Tensor, value: number): Tensor => ({
  shape,
  data: new Float32Array(data.length).fill(value),
});

/** The last layer of a block's branch gives 0. */
function silenced(graph: LayerGraph, weights: StateDict, block: string): StateDict {
  const { block: kind, order, normalization } = graph.model;
  const last = kind === 'bottleneck' ? 3 : 2;
  const endsInNorm = order === 'post' || order === 'actBeforeAdd';
  const layer = endsInNorm && normalization !== 'none' ? 'bn' : 'conv';
  const silent: StateDict = new Map(weights);
  for (const end of ['weight', 'bias']) {
    const name = `${block}.${layer}${last}.${end}`;
    const tensor = weights.get(name);
    if (tensor !== undefined) silent.set(name, filled(tensor, 0));
  }
  return silent;
}

const RESIDUAL = Object.entries(NETWORKS).filter(([, model]) => model.shortcuts !== false);
it.each(RESIDUAL)('%s: every block’s branch cut', async (_, model) => {
  const graph = buildGraph(modelOf({ inputSize: 8, ...model }));
  const weights = trainedWeights(graph);
  const whole = await losses(graph, graph, weights, weights);
  expect(whole.loss).toBeCloseTo(whole.expected, 5);
  for (const block of graph.blocks) {
    if (lesionKind(block) !== 'shortcut') continue;
    const cut = lesioned(graph, [block.name]);
    const { loss, expected } = await losses(
      graph,
      cut,
      weights,
      silenced(graph, weights, block.name),
    );
    expect(loss, block.name).toBeCloseTo(expected, 5);
    expect(Math.abs(loss - whole.loss), block.name).toBeGreaterThan(1e-4);
  }
});

/** Convolutions of a basic block that copy the middle pixel, channel by channel, and BatchNorms that do nothing. */
function copying(weights: StateDict, block: string, padBefore: number): StateDict {
  const copies: StateDict = new Map(weights);
  for (const layer of [1, 2]) {
    const name = `${block}.conv${layer}.weight`;
    const tensor = weights.get(name);
    if (tensor === undefined) throw new Error(`no ${name}`);
    const [, inChannels = 0] = tensor.shape;
    const data = new Float32Array(tensor.data.length);
    for (let c = 0; c < inChannels; c++) {
      const out = layer === 1 ? c + padBefore : c;
      data[(out * inChannels + c) * 9 + 4] = 1;
    }
    copies.set(name, { ...tensor, data });
    for (const [end, value] of [
      ['weight', 1],
      ['bias', 0],
      ['running_mean', 0],
      ['running_var', 1],
    ] as const) {
      const norm = weights.get(`${block}.bn${layer}.${end}`);
      if (norm !== undefined) copies.set(`${block}.bn${layer}.${end}`, filled(norm, value));
    }
    idleNorms.add(`${block}.bn${layer}.running_var`);
  }
  return copies;
}

it('a plain net: blocks taken out, as if they copied', async () => {
  const graph = buildGraph(
    modelOf({ shortcuts: false, stageDepths: [2, 2], stageWidths: [3, 7], inputSize: 8 }),
  );
  const weights = trainedWeights(graph);
  for (const { name, changesShape } of graph.blocks) {
    idleNorms.clear();
    const idle = copying(weights, name, changesShape ? 2 : 0);
    const { loss, expected } = await losses(graph, lesioned(graph, [name]), weights, idle);
    expect(loss, name).toBeCloseTo(expected, 5);
  }
  idleNorms.clear();
  const idle = graph.blocks.reduce(
    (state, { name, changesShape }) => copying(state, name, changesShape ? 2 : 0),
    weights,
  );
  const all = lesioned(
    graph,
    graph.blocks.map(({ name }) => name),
  );
  const { loss, expected } = await losses(graph, all, weights, idle);
  expect(loss).toBeCloseTo(expected, 5);
});

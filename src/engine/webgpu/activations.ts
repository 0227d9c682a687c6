/** What every layer makes of one image: a pass without fusions whose values all stay until they are read. */
import type { LayerGraph, LayerNode, NodeId } from '../../model/graph.ts';
import type { Activations, Gpu } from '../api.ts';
import { subsampleAt } from '../kernels/pointwise/pointwise.reference.ts';
import { packStep } from '../kernels/step.ts';
import { type EvaluationPlan, planEvaluation } from '../plan/plan.ts';
import { completed } from '../tuner/similar.ts';
import { Batch } from './batch.ts';
import { DatasetBuffers } from './datasetBuffers.ts';
import { checkFits } from './device.ts';
import { allocate, encode, type PlanMemory, prepare } from './memory.ts';
import type { Network } from './network.ts';
import { readBuffers } from './readback.ts';

const ALONE = new Uint32Array(1);

/**
 * By running statistics, with the network's own weights, which stay as they are.
 * @param pixels [32, 32, 3] bytes, normalised on the GPU as training's images are.
 * @throws EngineError `too-large`, `out-of-memory`, `shader`, `device-lost`.
 */
export async function readActivations(
  gpu: Gpu,
  network: Network,
  pixels: Uint8Array,
): Promise<Activations> {
  const { graph } = network;
  const { traits } = gpu;
  const untuned = planEvaluation(graph, 1, { traits, grouping: 'separate' });
  const tiles = completed(network.tiles, untuned.tunables);
  const plan = planEvaluation(graph, 1, { tiles, traits, grouping: 'separate' });
  checkFits(gpu, [plan.summary]);
  const batch = new Batch(gpu, { batchSize: 1, inputSize: graph.model.inputSize });
  const dataset = new DatasetBuffers(gpu, 1);
  const lent = new Map(batch.lent)
    .set('weights', network.buffer('weights'))
    .set('running', network.buffer('running'));
  let owned: readonly GPUBuffer[] = [];
  try {
    const memory = await allocate(gpu, plan, lent);
    owned = memory.owned;
    const dispatches = await prepare(gpu, plan, memory);
    dataset.append({ split: 'test', start: 0, count: 1, pixels, labels: new Uint8Array(1) });
    const step = memory.residents.get('step');
    if (step === undefined) throw new Error('the plan has no step');
    const values = { slot: 0, step: 0, seed: 0, rows: 1, learningRate: 0 };
    gpu.device.queue.writeBuffer(step, 0, packStep(values));
    const augment = { crop: false, flip: false };
    const gather = { dataset, indices: ALONE, firstPosition: 0, augment, seed: 0 };
    const fill = batch.fill(gather);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    fill.encode(pass, 0);
    encode(pass, dispatches);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    return { values: await readValues(gpu, plan, memory) };
  } finally {
    for (const buffer of owned) buffer.destroy();
    dataset.destroy();
    batch.destroy();
  }
}

/** Of every node, option A's shortcuts included. */
async function readValues(
  { device }: Gpu,
  { graph, values, slots }: EvaluationPlan,
  memory: PlanMemory,
): Promise<Map<string, Float32Array>> {
  const ids = [...values.keys()];
  const buffers = ids.map((id) => {
    const buffer = values.get(id)?.buffer ?? 'images';
    const found =
      typeof buffer === 'string'
        ? memory.residents.get(buffer)
        : memory.slots[slots.slotOf.get(buffer) ?? -1];
    if (found === undefined) throw new Error(`value ${id} has no buffer`);
    return found;
  });
  const read = await readBuffers(device, buffers);
  const byId = new Map(ids.map((id, i) => [id, read[i] ?? new Float32Array()]));
  return new Map(graph.nodes.map((node) => [node.name, outputOf(graph, node, byId)]));
}

/** A slot may be larger than what lies in it; the addition alone reads option A's shortcut strided and padded. */
function outputOf(
  graph: LayerGraph,
  node: LayerNode,
  values: ReadonlyMap<NodeId, Float32Array>,
): Float32Array {
  const { channels, height, width } = node.shape;
  if (node.kind !== 'subsamplePad') {
    const value = values.get(node.id);
    if (value === undefined) throw new Error(`${node.name} was not computed`);
    return value.slice(0, channels * height * width);
  }
  const source = values.get(node.input);
  const from = graph.nodes[node.input]?.shape;
  if (source === undefined || from === undefined) throw new Error(`${node.name} has no input`);
  const { stride, padBefore } = node;
  const area = height * width;
  return Float32Array.from({ length: channels * area }, (_, i) =>
    subsampleAt(
      { batch: 1, ...node.shape },
      { ...from, stride, padBefore },
      source,
      Math.floor(i / area),
      i % area,
    ),
  );
}

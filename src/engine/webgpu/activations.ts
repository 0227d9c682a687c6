/** Every layer's output for single images, by passes without fusions whose values all stay until they are read. */
import type { StateDict } from '../../model/graph.ts';
import type { Activations, ActivationsOptions } from '../api.ts';
import { checkState } from '../checkState.ts';
import type { Binding, ResidentName } from '../plan/buffers.ts';
import { packWeights } from '../plan/layout.ts';
import { Batch } from './batch.ts';
import { DatasetBuffers } from './datasetBuffers.ts';
import { checkFits, type Gpu } from './device.ts';
import { packStep } from './kernels/step.ts';
import { lowerEvaluation } from './lowering/program.ts';
import { allocate, encode, prepare } from './memory.ts';
import { readBuffers } from './readback.ts';
import { completed } from './tuner/similar.ts';

/**
 * By running statistics.
 * @param images [32, 32, 3] bytes each, normalised on the GPU as training's images are.
 * @throws EngineError `too-large`, `out-of-memory`, `shader`, `state`, `device-lost`.
 */
export async function readActivations(
  gpu: Gpu,
  { graph, kernelChoices = {}, normalization }: ActivationsOptions,
  weights: StateDict,
  images: readonly Uint8Array[],
): Promise<readonly Activations[]> {
  checkState(graph, { weights, momentum: new Map() });
  const { device, traits } = gpu;
  const untuned = lowerEvaluation(graph, 1, { traits, grouping: 'separate' });
  const program = lowerEvaluation(graph, 1, {
    kernelChoices: completed(kernelChoices, untuned.tunables),
    ...{ traits, grouping: 'separate' },
  });
  checkFits(gpu, [program.summary]);
  const owned: { destroy(): void }[] = [];
  const own = <T extends { destroy(): void }>(part: T): T => {
    owned.push(part);
    return part;
  };
  try {
    const batch = own(
      new Batch(gpu, { batchSize: 1, inputSize: graph.model.inputSize, normalization }),
    );
    const lent = new Map(batch.lent);
    const packed = packWeights(graph, program.layout, weights);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    for (const name of ['weights', 'running'] as const) {
      const values = packed[name];
      const size = 4 * Math.max(64, values.length);
      lent.set(name, own(device.createBuffer({ label: name, size, usage })));
    }
    const memory = await allocate(gpu, program, lent);
    owned.push(...memory.owned);
    const resident = (name: ResidentName): GPUBuffer => {
      const buffer = memory.residents.get(name);
      if (buffer === undefined) throw new Error(`no buffer ${name}`);
      return buffer;
    };
    const dispatches = await prepare(gpu, program, memory);
    for (const name of ['weights', 'running'] as const) {
      device.queue.writeBuffer(resident(name), 0, packed[name]);
    }
    const step = packStep({ slot: 0, step: 0, seed: 0, rows: 1, learningRate: 0 });
    device.queue.writeBuffer(resident('step'), 0, step);
    const dataset = own(new DatasetBuffers(gpu, images.length));
    const bufferOf = ({ buffer }: Binding): GPUBuffer => {
      if (typeof buffer === 'string') return resident(buffer);
      const slot = memory.slots[program.slots.slotOf.get(buffer) ?? -1];
      if (slot === undefined) throw new Error(`${buffer.label} has no slot`);
      return slot;
    };
    const nodes = graph.nodes.flatMap((node) => {
      const binding = program.values.get(node.id);
      return binding === undefined ? [] : [{ node, buffer: bufferOf(binding) }];
    });
    const buffers = nodes.map(({ buffer }) => buffer);
    const augment = { crop: false, flip: false };
    const all: Activations[] = [];
    for (const [start, pixels] of images.entries()) {
      dataset.append({ split: 'test', start, count: 1, pixels, labels: new Uint16Array(1) });
      const indices = Uint32Array.of(start);
      const fill = batch.fill({ dataset, indices, firstPosition: 0, augment, seed: 0 });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      fill.encode(pass, 0);
      encode(pass, dispatches);
      pass.end();
      device.queue.submit([encoder.finish()]);
      const read = await readBuffers(device, buffers);
      const values = nodes.map(({ node: { name, shape } }, i) => {
        const length = shape.channels * shape.height * shape.width;
        // A slot may be larger than its tensor.
        return [name, read[i]?.slice(0, length) ?? new Float32Array()] as const;
      });
      all.push({ values: new Map(values) });
    }
    return all;
  } finally {
    for (const part of owned) part.destroy();
  }
}

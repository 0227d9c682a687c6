import { expect, it, vi } from 'vitest';
import { buildGraph } from '../../../model/builder.ts';
import { completeConfig } from '../../../model/parse.ts';
import { testAdapter } from '../../testing/sharedGpu.ts';
import type { Gpu } from '../device.ts';
import { PLAIN_TRAITS } from '../kernels/traits.ts';
import { profileNetwork } from './profileNetwork.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 180_000 });

const { model, training } = completeConfig({
  version: 1,
  model: { stageDepths: [1], stageWidths: [4], inputSize: 8 },
  training: { batchSize: 4 },
});
const options = { graph: buildGraph(model), training };

async function gpuWith(requiredFeatures: GPUFeatureName[]): Promise<Gpu> {
  const adapter = await testAdapter();
  const device = await adapter.requestDevice({ requiredFeatures });
  const description = { name: 'Test', vendor: '', architecture: '', isSoftware: true };
  const lost = device.lost.then(({ reason, message }) => ({ reason, message }));
  return { device, adapter: description, traits: PLAIN_TRAITS, lost };
}

it('times the same kernels with timestamps and without', async () => {
  const adapter = await testAdapter();
  const best = adapter.features.has('timestamp-query') ? ['timestamp-query' as const] : [];
  const stamped = await profileNetwork(await gpuWith(best), options, {
    budgetMs: 1,
  });
  const submitted = await profileNetwork(await gpuWith([]), options, { budgetMs: 1 });
  expect([stamped.method, submitted.method]).toEqual([
    best.length > 0 ? 'timestamps' : 'submits',
    'submits',
  ]);
  const kernels = ({ rows }: typeof stamped) =>
    rows.map(({ kernel, shape, count, flops, bytes }) => [kernel, shape, count, flops, bytes]);
  expect(kernels(submitted).sort()).toEqual(kernels(stamped).sort());
  for (const { adapter, batchSize, stepMs, kernelMs, peakGflops, rows } of [stamped, submitted]) {
    expect([adapter, batchSize]).toEqual(['Test', 4]);
    for (const value of [stepMs, kernelMs, peakGflops]) expect(value).toBeGreaterThan(0);
    expect(rows.map(({ ms }) => ms)).toEqual(rows.map(({ ms }) => ms).sort((a, b) => b - a));
  }
});

it('stops when asked to, and gives its memory back', async () => {
  const gpu = await gpuWith([]);
  const alive = new Set<GPUBuffer>();
  const createBuffer = gpu.device.createBuffer.bind(gpu.device);
  gpu.device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    alive.add(buffer);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      alive.delete(buffer);
      return destroy();
    };
    return buffer;
  };
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(profileNetwork(gpu, options, { signal })).rejects.toThrow('enough');
  expect(alive.size).toBe(0);
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineDevice } from './api.ts';
import { fasterOf, fastest } from './compare.ts';
import { openInBrowser } from './cpu/openInBrowser.ts';

describe('fasterOf', () => {
  it.each([
    [100, 20, null, 'webgpu'],
    [100, 140, null, 'cpu'],
    [100, 140, 'webgpu', 'webgpu'],
    [100, 160, 'webgpu', 'cpu'],
    // What trained last stays where the other is not clearly faster.
    [100, 80, 'cpu', 'cpu'],
    [130, 80, 'cpu', 'webgpu'],
    [100, 140, 'tfjs-wasm', 'cpu'],
  ] as const)(
    '%i GFLOP/s on the GPU, %i on the processor, %s before: %s',
    (webgpu, cpu, before, taken) => {
      expect(fasterOf({ webgpu, cpu }, before)).toBe(taken);
    },
  );
});

/** A device that has nothing but a speed, of convolutions and of training. */
function fakeDevice(name: string, training: number, convolutions = training) {
  const destroy = vi.fn();
  const measureGflops = vi.fn(async (_budgetMs?: number) => convolutions);
  const device = { adapter: { name }, measureGflops, destroy } as unknown as EngineDevice;
  return { device, destroy, measureGflops, training };
}

type Fake = ReturnType<typeof fakeDevice>;

/** @param lost devices whose training cannot be measured. */
const run = (
  gpu: Fake,
  cpu: Fake | null,
  before: 'cpu' | null = null,
  lost: readonly Fake[] = [],
) =>
  fastest(
    gpu.device,
    () => (cpu === null ? Promise.reject(new Error('no SIMD')) : Promise.resolve(cpu.device)),
    before,
    async (device) => {
      const found = [gpu, cpu].find((fake) => fake?.device === device);
      if (found == null || lost.includes(found)) throw new Error('lost');
      return found.training;
    },
  );

const closed = (...fakes: Fake[]) => fakes.map(({ destroy }) => destroy.mock.calls.length);

describe('fastest', () => {
  it('takes a processor that trains faster, says what was measured, and closes the GPU', async () => {
    // Convolutions alone would have chosen the GPU.
    const [gpu, cpu] = [fakeDevice('Old GPU', 12, 300), fakeDevice('processor', 95)];
    expect(await run(gpu, cpu)).toEqual({
      device: cpu.device,
      gflops: 95,
      compared: { taken: 'cpu', gflops: { webgpu: 12, cpu: 95 }, gpu: 'Old GPU' },
    });
    expect(closed(gpu, cpu)).toEqual([1, 0]);
  });

  it('takes the GPU otherwise, with the rate of its convolutions, and closes the processor’s threads', async () => {
    const [gpu, cpu] = [fakeDevice('GPU', 100, 200), fakeDevice('processor', 95)];
    const { device, gflops, compared } = await run(gpu, cpu);
    expect([device, gflops, compared?.taken]).toEqual([gpu.device, 200, 'webgpu']);
    expect(closed(gpu, cpu)).toEqual([0, 1]);
  });

  it('keeps what trained on the last visit where the other is not clearly faster', async () => {
    const [gpu, cpu] = [fakeDevice('GPU', 100), fakeDevice('processor', 95)];
    expect((await run(gpu, cpu, 'cpu')).device).toBe(cpu.device);
  });

  it('does not load the processor’s kernels beside a GPU that no processor comes near', async () => {
    const gpu = fakeDevice('Large GPU', 900, 5000);
    const openCpu = vi.fn();
    expect(await fastest(gpu.device, openCpu)).toMatchObject({ gflops: 5000, compared: null });
    expect(openCpu).not.toHaveBeenCalled();
  });

  it('is the GPU where the processor has no kernels, or fails when it is measured', async () => {
    const [gpu, cpu] = [fakeDevice('GPU', 5), fakeDevice('processor', 95)];
    expect(await run(gpu, null)).toMatchObject({ device: gpu.device, compared: null });
    expect(await run(gpu, cpu, null, [cpu])).toMatchObject({ device: gpu.device, compared: null });
    expect(closed(gpu, cpu)).toEqual([0, 1]);
  });

  it('closes a GPU that fails when it is measured, and says so', async () => {
    const [gpu, cpu] = [fakeDevice('GPU', 5), fakeDevice('processor', 95)];
    await expect(run(gpu, cpu, null, [gpu])).rejects.toThrow('lost');
    expect(closed(gpu, cpu)).toEqual([1, 0]);
  });
});

describe('openInBrowser without cross-origin isolation', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('has one thread and says so; its speed is measured within the time given', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    vi.stubGlobal('isSecureContext', true);
    vi.stubGlobal('navigator', { hardwareConcurrency: 8 });
    const device = openInBrowser();
    expect(device.adapter.name).toBe('processor, 1 thread');
    expect(device.remark).toMatch(/^It trains on one thread only.*Cross-Origin-Opener-Policy/);
    const start = performance.now();
    expect(await device.measureGflops(50)).toBeGreaterThan(0);
    // Compiling included, on a machine that may be busy.
    expect(performance.now() - start).toBeLessThan(5000);
    device.destroy();
  });

  it('has nothing to say on a machine with one core', () => {
    vi.stubGlobal('crossOriginIsolated', false);
    vi.stubGlobal('isSecureContext', true);
    vi.stubGlobal('navigator', { hardwareConcurrency: 1 });
    expect(openInBrowser().remark).toBeUndefined();
  });
});

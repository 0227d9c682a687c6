import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineDevice } from './api.ts';
import { fasterOf, fastest } from './compare.ts';
import { openInBrowser } from './cpu/openInBrowser.ts';

describe('fasterOf', () => {
  it.each([
    [100, 20, null, 'webgpu'],
    [100, 140, null, 'webgpu'],
    [100, 160, null, 'cpu'],
    [100, 160, 'webgpu', 'cpu'],
    // What trained last stays where the other is not clearly faster.
    [100, 80, 'cpu', 'cpu'],
    [130, 80, 'cpu', 'webgpu'],
    [100, 140, 'tfjs-wasm', 'webgpu'],
  ] as const)(
    '%i GFLOP/s on the GPU, %i on the processor, %s before: %s',
    (webgpu, cpu, before, taken) => {
      expect(fasterOf({ webgpu, cpu }, before)).toBe(taken);
    },
  );
});

/** A device that has nothing but a speed. */
function fakeDevice(name: string, gflops: number) {
  const destroy = vi.fn();
  const measureGflops = vi.fn(async (_budgetMs?: number) => gflops);
  const device = { adapter: { name }, measureGflops, destroy } as unknown as EngineDevice;
  return { device, destroy, measureGflops };
}

describe('fastest', () => {
  it('takes a processor that is clearly faster, says what was measured, and closes the GPU', async () => {
    const [gpu, cpu] = [fakeDevice('Old GPU', 12), fakeDevice('processor', 95)];
    expect(await fastest(gpu.device, async () => cpu.device)).toEqual({
      device: cpu.device,
      gflops: 95,
      compared: { taken: 'cpu', gflops: { webgpu: 12, cpu: 95 }, gpu: 'Old GPU' },
    });
    expect([gpu.destroy, cpu.destroy].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    const spent = [gpu, cpu].flatMap(({ measureGflops }) => measureGflops.mock.calls.flat());
    expect(spent).toEqual([250, 250]);
  });

  it('takes the GPU otherwise, and closes the processor’s threads', async () => {
    const [gpu, cpu] = [fakeDevice('GPU', 200), fakeDevice('processor', 95)];
    const found = await fastest(gpu.device, async () => cpu.device);
    expect([found.device, found.gflops, found.compared?.taken]).toEqual([
      gpu.device,
      200,
      'webgpu',
    ]);
    expect([gpu.destroy, cpu.destroy].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  });

  it('does not load the processor’s kernels beside a GPU that no processor comes near', async () => {
    const gpu = fakeDevice('Large GPU', 5000);
    const openCpu = vi.fn();
    expect(await fastest(gpu.device, openCpu)).toMatchObject({ gflops: 5000, compared: null });
    expect(openCpu).not.toHaveBeenCalled();
  });

  it('is the GPU where the processor has no kernels', async () => {
    const gpu = fakeDevice('GPU', 5);
    const openCpu = () => Promise.reject(new Error('no SIMD'));
    expect(await fastest(gpu.device, openCpu)).toMatchObject({
      device: gpu.device,
      compared: null,
    });
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

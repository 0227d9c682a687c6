import { beforeAll, describe, expect, it } from 'vitest';
import { testGpu } from '../../engine/testing/sharedGpu.ts';
import { WebGpuDevice } from '../../engine/webgpu/webGpuDevice.ts';
import { GEOMETRY_CASES, GEOMETRY_TOLERANCE, geometryDeviations } from './testing/geometryCase.ts';

describe('line, curvature and path against PyTorch, on WebGPU', () => {
  let device: WebGpuDevice;

  beforeAll(async () => {
    device = new WebGpuDevice(await testGpu());
  });

  it.each(GEOMETRY_CASES)('agree on %s', { timeout: 300_000 }, async (name) => {
    const found = await geometryDeviations(device, name);
    for (const [quantity, most] of Object.entries(GEOMETRY_TOLERANCE)) {
      expect(found[quantity as keyof typeof found], quantity).toBeLessThan(most);
    }
  });
});

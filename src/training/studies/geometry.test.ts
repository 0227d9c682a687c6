import { afterAll, describe, expect, it } from 'vitest';
import { CpuDevice } from '../../engine/cpu/cpuDevice.ts';
import { GEOMETRY_CASES, GEOMETRY_TOLERANCE, geometryDeviations } from './testing/geometryCase.ts';

describe('line, curvature and path against PyTorch, on the processor', () => {
  const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
  afterAll(() => device.destroy());

  it.each(GEOMETRY_CASES)('agree on %s', async (name) => {
    const found = await geometryDeviations(device, name);
    for (const [quantity, most] of Object.entries(GEOMETRY_TOLERANCE)) {
      expect(found[quantity as keyof typeof found], quantity).toBeLessThan(most);
    }
  });
});

/** The kernels of WebGPU against those of the processor, option by option: same images, crops, dropout masks, updates. */
import { it } from 'vitest';
import { CpuDevice } from '../cpu/cpuDevice.ts';
import { AGREEMENT_CASES, expectAgreement } from '../testing/agreement.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { WebGpuDevice } from './webGpuDevice.ts';

const processor = new CpuDevice({ workers: [], arithmetic: 'exact' });

it.each(AGREEMENT_CASES)('%s', async (name) => {
  await expectAgreement(name, new WebGpuDevice(await testGpu()), processor);
});

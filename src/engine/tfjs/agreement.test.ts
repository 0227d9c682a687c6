/** TensorFlow.js against our own engine, option by option: same images, crops, dropout masks, losses and updates. */
import { expect, it } from 'vitest';
import { CpuDevice } from '../cpu/cpuDevice.ts';
import { AGREEMENT_CASES, expectAgreement } from '../testing/agreement.ts';
import { heldTensors } from '../testing/heldTensors.ts';
import { openWasm } from './backends/wasm.ts';
import { TfjsDevice } from './tfjsDevice.ts';

const ours = new CpuDevice({ workers: [], arithmetic: 'exact' });
const tfjs = openWasm(null).then((backend) => new TfjsDevice(backend));

it.each(AGREEMENT_CASES)('%s', async (name) => {
  const device = await tfjs;
  // By other files of the process.
  const tensorsBefore = heldTensors();
  await expectAgreement(name, device, ours);
  expect(heldTensors()).toBe(tensorsBefore);
});

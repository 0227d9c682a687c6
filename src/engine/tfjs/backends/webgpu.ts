/** TF.js on WebGPU, on a device of ours: much slower than our own kernels, and a check on them. */
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import {
  findBackendFactory,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { EngineError } from '../../errors.ts';
import type { Gpu } from '../../webgpu/device.ts';
import type { OpenBackend } from './openBackend.ts';
import { t } from '../../../text/t.ts';

/** @throws EngineError `device-refused` */
export async function openWebGpu({ device, adapter, lost }: Gpu): Promise<OpenBackend> {
  // The package registers a backend with its own device, and that of an earlier call may be lost.
  if (findBackendFactory('webgpu') !== null) removeBackend('webgpu');
  registerBackend('webgpu', () => new WebGPUBackend(device));
  if (!(await setBackend('webgpu'))) {
    throw new EngineError('device-refused', t`TensorFlow.js did not start on WebGPU.`);
  }
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  return {
    adapter,
    maxBufferBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
    lost,
    close: () => device.destroy(),
  };
}

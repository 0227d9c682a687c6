/** Reading GPU buffers on the CPU. A lost device rejects every map; that becomes one error the caller can tell apart. */
import { EngineError } from '../errors.ts';
import { t } from '../../text/t.ts';

/** Maps `staging`, copies its content out, unmaps it. @throws EngineError `device-lost`. */
export async function readStaging(staging: GPUBuffer, bytes = staging.size): Promise<Float32Array> {
  try {
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('device-lost', t`The graphics device was lost while reading: ${reason}`);
  }
  const data = new Float32Array(staging.getMappedRange(0, bytes).slice(0));
  staging.unmap();
  return data;
}

/** One-off readback of whole buffers, in one submit. Not for use within steps: it allocates. */
export async function readBuffers(
  device: GPUDevice,
  buffers: readonly GPUBuffer[],
): Promise<Float32Array[]> {
  const encoder = device.createCommandEncoder();
  const stagings = buffers.map((buffer) => {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = device.createBuffer({ size: buffer.size, usage });
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    return staging;
  });
  device.queue.submit([encoder.finish()]);
  try {
    return await Promise.all(stagings.map((staging) => readStaging(staging)));
  } finally {
    for (const staging of stagings) staging.destroy();
  }
}

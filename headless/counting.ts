/** Counts what really goes through a `GPUDevice`, whoever uses it. */

export interface CallCounts {
  dispatches: number;
  submits: number;
  bindGroupsCreated: number;
  buffersCreated: number;
  /** Bytes of all buffers created and not yet destroyed. */
  gpuBytes: number;
  peakGpuBytes: number;
}

/**
 * Wraps the calls of this device, its queue, its encoders and buffers. What was made before is not counted.
 * @returns counts that keep rising.
 */
export function countCalls(device: GPUDevice): CallCounts {
  const counts: CallCounts = {
    dispatches: 0,
    submits: 0,
    bindGroupsCreated: 0,
    buffersCreated: 0,
    gpuBytes: 0,
    peakGpuBytes: 0,
  };

  const createBindGroup = device.createBindGroup.bind(device);
  device.createBindGroup = (descriptor) => {
    counts.bindGroupsCreated += 1;
    return createBindGroup(descriptor);
  };

  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    counts.buffersCreated += 1;
    counts.gpuBytes += buffer.size;
    counts.peakGpuBytes = Math.max(counts.peakGpuBytes, counts.gpuBytes);
    const destroy = buffer.destroy.bind(buffer);
    let alive = true;
    buffer.destroy = () => {
      if (alive) counts.gpuBytes -= buffer.size;
      alive = false;
      return destroy();
    };
    return buffer;
  };

  const submit = device.queue.submit.bind(device.queue);
  device.queue.submit = (commands) => {
    counts.submits += 1;
    return submit(commands);
  };

  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor);
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = beginComputePass(passDescriptor);
      const dispatch = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (x, y, z) => {
        counts.dispatches += 1;
        return dispatch(x, y, z);
      };
      const dispatchIndirect = pass.dispatchWorkgroupsIndirect.bind(pass);
      pass.dispatchWorkgroupsIndirect = (buffer, offset) => {
        counts.dispatches += 1;
        return dispatchIndirect(buffer, offset);
      };
      return pass;
    };
    return encoder;
  };
  return counts;
}

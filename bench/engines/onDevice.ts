/** An engine of this repository on the processor, driven as the training worker drives it. */
import type { EngineDevice, StepMetrics } from '../../src/engine/api.ts';
import type { BenchEngine } from '../engine.ts';
import type { BenchTask } from '../task.ts';

/** @param prepare called before each step. */
export async function openOnDevice(
  device: EngineDevice,
  { graph, training, learningRate, batchSize, weights, images, labels }: BenchTask,
  prepare: () => void | Promise<void> = () => undefined,
): Promise<BenchEngine> {
  const { inputSize } = graph.model;
  const batch = device.createBatch({ batchSize, inputSize });
  const network = await device.createNetwork({ graph, training }, batch);
  network.load({ weights });
  batch.upload(images, labels);
  const stepper = device.createStepper(batch, [network]);
  let step = 0;
  let metrics: StepMetrics[][] | null = null;
  const { profile } = device;
  return {
    memoryBytes: network.summary.gpuBytes,
    async issue() {
      await prepare();
      metrics = await stepper.step({ step, learningRates: [learningRate], readback: true });
      step += 1;
    },
    finish: async () => undefined,
    async loss() {
      return metrics?.[0]?.at(-1)?.loss ?? Number.NaN;
    },
    ...(profile === undefined
      ? {}
      : { profile: () => profile.call(device, network, new AbortController().signal) }),
  };
}

/** This repository's engine on the processor, with as many threads as there are cores and the faster arithmetic. */
import { headlessDevice } from '../../headless/headlessDevice.ts';
import type { StepMetrics } from '../../src/engine/api.ts';
import type { OpenEngine } from '../engine.ts';

export const openOursCpu: OpenEngine = async (_devices, task) => {
  const { graph, training, learningRate, batchSize, weights, images, labels } = task;
  const options = { engine: 'cpu', threads: null, arithmetic: 'auto' } as const;
  const { device } = await headlessDevice(options);
  const { inputSize } = graph.model;
  const batch = device.createBatch({ batchSize, inputSize });
  const network = await device.createNetwork({ graph, training }, batch);
  network.load({ weights });
  batch.upload(images, labels);
  const stepper = device.createStepper(batch, [network]);
  let step = 0;
  let metrics: Promise<StepMetrics[][]> | null = null;
  return {
    memoryBytes: network.summary.gpuBytes,
    // The step is done when `step` returns.
    issue() {
      metrics = stepper.step({ step, learningRates: [learningRate], readback: true });
      step += 1;
      return metrics?.then(() => undefined);
    },
    async finish() {
      await metrics;
    },
    async loss() {
      return (await metrics)?.[0]?.at(-1)?.loss ?? Number.NaN;
    },
  };
};

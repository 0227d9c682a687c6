/** This repository's engine, driven as the training worker drives it. */
import type { StepMetrics } from '../../src/engine/api.ts';
import { acquireGpu, Batch, Network, RING_STEPS, Stepper } from '../../src/engine/index.ts';
import type { OpenEngine } from '../engine.ts';

export const openOurs: OpenEngine = async (devices, task) => {
  const { graph, training, learningRate, batchSize, weights, images, labels } = task;
  const { inputSize } = graph.model;
  const gpu = await acquireGpu(devices.gpu, await devices.adapter());
  const batch = new Batch(gpu, { batchSize, inputSize });
  const network = await Network.create(gpu, { graph, training }, batch);
  network.load({ weights });
  batch.upload(images, labels);
  const stepper = new Stepper(gpu, batch, [network]);
  let step = 0;
  let metrics: Promise<StepMetrics[][]> | null = null;
  return {
    issue() {
      // The page reads its ring of metrics as seldom: a copy in the step's own submit.
      const readback = step % RING_STEPS === 0 || step < 4;
      metrics = stepper.step({ step, learningRates: [learningRate], readback }) ?? metrics;
      step += 1;
    },
    async finish() {
      await gpu.device.queue.onSubmittedWorkDone();
      await metrics;
    },
    async loss() {
      return (await metrics)?.[0]?.at(-1)?.loss ?? Number.NaN;
    },
  };
};

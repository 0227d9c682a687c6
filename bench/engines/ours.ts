/** This repository's engine, driven as the training worker drives it. */

import type { StepMetrics } from '../../src/engine/api.ts';
import { RING_STEPS } from '../../src/engine/plan/metricsRow.ts';
import { acquireGpu } from '../../src/engine/webgpu/device.ts';
import { WebGpuDevice } from '../../src/engine/webgpu/webGpuDevice.ts';
import type { OpenEngine } from '../engine.ts';

/** Steps whose metrics are read back one by one, for their losses to be compared. */
const COMPARED_STEPS = 4;

export const openOurs: OpenEngine = async (devices, task) => {
  const { graph, training, learningRate, batchSize, weights, images, labels, tuningMs } = task;
  const { inputSize } = graph.model;
  const gpu = await acquireGpu(devices.gpu, await devices.adapter());
  const device = new WebGpuDevice(gpu);
  const kernelChoices =
    tuningMs > 0 ? await device.tune([{ graph, training }], { budgetMs: tuningMs }) : {};
  const batch = device.createBatch({ batchSize, inputSize });
  const network = await device.createNetwork({ graph, training, kernelChoices }, batch);
  network.load({ weights });
  batch.upload(images, labels);
  const stepper = device.createStepper(batch, [network]);
  let step = 0;
  let metrics: Promise<StepMetrics[][]> | null = null;
  return {
    issue() {
      // Afterwards as seldom as the page may: a copy in the step's own submit.
      const readback = step % RING_STEPS === 0 || step < COMPARED_STEPS;
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
    profile: () => device.profile(network, new AbortController().signal),
  };
};

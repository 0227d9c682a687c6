/** The engine's public face. Start reading at `plan/plan.ts`, then `webgpu/network.ts` and `webgpu/stepper.ts`. */
export type * from './api.ts';
export { EngineError, type EngineErrorCode, halfPrecisionError } from './errors.ts';
export type { TileChoices } from './webgpu/kernels/tunable.ts';
export { RING_STEPS } from './plan/metricsRow.ts';
export { splitBatch } from './plan/splitBatch.ts';
export { completed } from './webgpu/tuner/similar.ts';
export { keptChoices, parseChoices, type TuningStore, withMemory } from './webgpu/tuner/store.ts';
export { type TuningOptions, tunedChoices } from './webgpu/tuner/tuner.ts';
export { lowerEvaluation, lowerTraining } from './webgpu/lowering/program.ts';
export { Batch } from './webgpu/batch.ts';
export { DatasetBuffers } from './webgpu/datasetBuffers.ts';
export { acquireGpu, checkFits } from './webgpu/device.ts';
export { Evaluator } from './webgpu/evaluator.ts';
export { measureAdapter } from './webgpu/measure.ts';
export { Network } from './webgpu/network.ts';
export { Stepper } from './webgpu/stepper.ts';
export { WebGpuDevice } from './webgpu/webGpuDevice.ts';
export { withMicroBatches } from './withMicroBatches.ts';

/** The engine's public face. Start reading at `plan/plan.ts`, then `webgpu/network.ts` and `webgpu/stepper.ts`. */
export type {
  AdapterDescription,
  Evaluation,
  Gpu,
  NetworkOptions,
  NetworkState,
  PlanSummary,
  StepMetrics,
} from './api.ts';
export { type NetworkPlan, planEvaluation, planNetwork, RING_STEPS } from './plan/plan.ts';
export { Batch, type BatchShape, type Gather } from './webgpu/batch.ts';
export { DatasetBuffers } from './webgpu/datasetBuffers.ts';
export { acquireGpu, checkFits } from './webgpu/device.ts';
export { EngineError, type EngineErrorCode } from './webgpu/errors.ts';
export { type EvaluationOptions, Evaluator, type LoadImages } from './webgpu/evaluator.ts';
export { measureAdapter } from './webgpu/measure.ts';
export { Network } from './webgpu/network.ts';
export { Stepper, type StepRequest } from './webgpu/stepper.ts';

/**
 * What the rest of the program sees of the engine. Implementations: `webgpu/` and `plan/`.
 *
 * A `Gpu` is one device. A `Batch` is the images and labels of the current step on that device, shared by all networks
 * that train on it. A `Network` holds one net's parameters and its prebuilt dispatch list. A `Stepper` advances any
 * number of networks on one batch with one submit a step.
 */
import type { TrainingConfig } from '../model/config.ts';
import type { LayerGraph, StateDict } from '../model/graph.ts';

export interface AdapterDescription {
  /** For people: `NVIDIA H100`, `SwiftShader (software)`. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly isSoftware: boolean;
}

export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  /** Resolves when the device is lost, with the reason; never rejects. */
  readonly lost: Promise<{ reason: string; message: string }>;
}

export interface NetworkOptions {
  readonly graph: LayerGraph;
  readonly training: Pick<TrainingConfig, 'seed' | 'batchSize' | 'labelSmoothing' | 'optimizer'>;
}

/** Known before anything is allocated. */
export interface PlanSummary {
  readonly gpuBytes: number;
  readonly dispatchesPerStep: number;
  /** The largest single buffer, to hold against `maxStorageBufferBindingSize`. */
  readonly largestBufferBytes: number;
}

export interface StepMetrics {
  readonly step: number;
  /** Mean cross-entropy over the batch. */
  readonly loss: number;
  /** Share of the batch classified rightly, 0–1. */
  readonly accuracy: number;
  readonly learningRate: number;
  /** L2 norm of the loss's gradient per parameter, in the order of `LayerGraph.parameters`, before weight decay. */
  readonly gradNorm: Float32Array;
}

export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** [images, classes], row-major, where asked for. */
  readonly logits: Float32Array | null;
}

/** Weights, running statistics and momentum buffers by torchvision's names, in PyTorch's layouts. */
export interface NetworkState {
  readonly weights: StateDict;
  readonly momentum: StateDict;
}

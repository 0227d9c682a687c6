import { getBackend, memory } from '@tensorflow/tfjs-core';

/** Tensors that TensorFlow.js holds, those of other test files of the process included; 0 before it has a backend. */
export const heldTensors = (): number => (getBackend() ? memory().numTensors : 0);

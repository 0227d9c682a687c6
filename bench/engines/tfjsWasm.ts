/** TensorFlow.js on its WebAssembly backend. It has no gradient of a filter there; the page's own graph does without. */
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { openWasm } from '../../src/engine/tfjs/backends/wasm.ts';
import { TfjsDevice } from '../../src/engine/tfjs/tfjsDevice.ts';
import type { OpenEngine } from '../engine.ts';
import { openOnDevice } from './onDevice.ts';

export const openTfjsWasm: OpenEngine = async (_devices, task) =>
  openOnDevice(new TfjsDevice(await openWasm(null)), task, async () => {
    // The WebGPU backend may have had its turn.
    if (getBackend() !== 'wasm') await setBackend('wasm');
  });

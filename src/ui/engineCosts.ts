/** What each engine runs on, and what that costs, in a sentence or two. */
import type { EngineId } from '../engine/engineNames.ts';

export const ENGINE_COSTS: Readonly<Record<EngineId, string>> = {
  webgpu: 'This page’s own kernels, on the graphics processor: the fastest.',
  'tfjs-webgl':
    'TensorFlow.js trains on the graphics processor through WebGL, which knows no compute kernels: several times slower.',
  'tfjs-wasm': 'TensorFlow.js trains in WebAssembly, on one processor core. Keep networks small.',
  'tfjs-cpu':
    'TensorFlow.js trains in plain JavaScript, the slowest way there is. Keep networks tiny.',
  'tfjs-webgpu':
    'TensorFlow.js trains through WebGPU on kernels of its own: many times slower than ours, and a check on them.',
};

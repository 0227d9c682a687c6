/** What each engine runs on and how fast it is. */
import type { EngineId } from '../engine/engineNames.ts';
import { t } from '../text/t.ts';

export const ENGINE_COSTS: Readonly<Record<EngineId, string>> = {
  webgpu: t`This page’s own kernels on the graphics processor: the fastest.`,
  cpu: t`This page’s own kernels on the processor, in WebAssembly: the fastest without a GPU.`,
  'tfjs-webgl': t`TensorFlow.js trains on the graphics processor through WebGL, which has no compute kernels: several times slower.`,
  'tfjs-wasm': t`TensorFlow.js trains in WebAssembly on one processor core. Keep networks small.`,
  'tfjs-cpu': t`TensorFlow.js trains in plain JavaScript, the slowest way. Keep networks tiny.`,
  'tfjs-webgpu': t`TensorFlow.js trains through WebGPU with its own kernels: many times slower than ours, but a check on them.`,
};

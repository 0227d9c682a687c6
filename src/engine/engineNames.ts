/** The engines there are, by name: for the page and its messages, without their code. */
import { t } from '../text/t.ts';
export const ENGINE_IDS = [
  'webgpu',
  'cpu',
  'tfjs-webgl',
  'tfjs-wasm',
  'tfjs-cpu',
  'tfjs-webgpu',
] as const;

export type EngineId = (typeof ENGINE_IDS)[number];

/** `automatic`: the first that runs here. */
export type EngineChoice = EngineId | 'automatic';

/** As runs' records have them. */
export const ENGINE_MARKS: Readonly<Record<EngineId, string>> = {
  webgpu: 'WebGPU kernels',
  cpu: 'WebAssembly kernels',
  'tfjs-webgl': 'TensorFlow.js, WebGL',
  'tfjs-wasm': 'TensorFlow.js, WebAssembly',
  'tfjs-cpu': 'TensorFlow.js, JavaScript',
  'tfjs-webgpu': 'TensorFlow.js, WebGPU',
};

/** For people. */
export const ENGINE_NAMES: Readonly<Record<EngineId, string>> = {
  ...ENGINE_MARKS,
  webgpu: t`WebGPU kernels`,
  cpu: t`WebAssembly kernels`,
};

/** Those that compute on the processor, where nobody takes a device away. */
export const isOnProcessor = (id: EngineId): boolean =>
  id === 'cpu' || id === 'tfjs-wasm' || id === 'tfjs-cpu';

export const isEngineId = (text: string): text is EngineId => ENGINE_IDS.some((id) => id === text);

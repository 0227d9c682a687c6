/** The engines that can be measured, in the order in which they take turns. */
import type { OpenEngine } from './engine.ts';

interface EngineEntry {
  /** For people. */
  readonly title: string;
  /** Loads the engine's code: others' packages take a while. */
  readonly load: () => Promise<OpenEngine>;
  /** Computes on the processor, takes no adapter, and nothing is dispatched: on one thread, or on as many as wanted. */
  readonly processor?: 'one thread' | 'threads';
  /** Only measured where it is named: it would take minutes. */
  readonly isOnRequest?: boolean;
}

const processor = (arithmetic: 'auto' | 'exact' | 'fast') =>
  ({
    title: `this engine, on the processor${arithmetic === 'auto' ? '' : `, ${arithmetic} arithmetic`}`,
    load: async () => (await import('./engines/oursCpu.ts')).openOursCpu(arithmetic),
    processor: 'threads',
    isOnRequest: arithmetic !== 'auto',
  }) as const;

const ENGINES = {
  ours: {
    title: 'this engine',
    load: async () => (await import('./engines/ours.ts')).openOurs,
  },
  'ours-cpu': processor('auto'),
  'ours-cpu-exact': processor('exact'),
  'ours-cpu-fast': processor('fast'),
  tfjs: {
    title: 'TensorFlow.js, WebGPU backend',
    load: async () => (await import('./engines/tfjs.ts')).openTfjs,
  },
  'tfjs-wasm': {
    title: 'TensorFlow.js, WebAssembly backend, as the page runs it',
    load: async () => (await import('./engines/tfjsWasm.ts')).openTfjsWasm,
    processor: 'one thread',
  },
  'jax-js': {
    title: 'jax-js, WebGPU backend',
    load: async () => (await import('./engines/jaxJs.ts')).openJaxJs,
  },
  'jax-js-wasm': {
    title: 'jax-js, WebAssembly backend',
    load: async () => (await import('./engines/jaxJs.ts')).openJaxJsWasm,
    processor: 'one thread',
    isOnRequest: true,
  },
  pytorch: {
    title: 'PyTorch on the processor',
    load: async () => (await import('./engines/pytorch.ts')).openPyTorch,
    processor: 'threads',
  },
} as const satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof ENGINES;

export const ENGINE_NAMES = Object.keys(ENGINES).filter(isEngineName);

export function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(ENGINES, name);
}

export const engineEntry = (name: EngineName): EngineEntry => ENGINES[name];

/** Those that are measured where none is named. */
export const DEFAULT_ENGINES = ENGINE_NAMES.filter((name) => !engineEntry(name).isOnRequest);

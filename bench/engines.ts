/** The engines that can be measured, in the order in which they take turns. */
import type { OpenEngine } from './engine.ts';

interface EngineEntry {
  /** For people. */
  readonly title: string;
  /** Loads the engine's code: others' packages take a while. */
  readonly load: () => Promise<OpenEngine>;
  /** Computes on the processor: it takes no adapter, and nothing is dispatched. */
  readonly isProcessor?: true;
}

const ENGINES = {
  ours: {
    title: 'this engine',
    load: async () => (await import('./engines/ours.ts')).openOurs,
  },
  'ours-cpu': {
    title: 'this engine, on the processor',
    load: async () => (await import('./engines/oursCpu.ts')).openOursCpu,
    isProcessor: true,
  },
  tfjs: {
    title: 'TensorFlow.js, WebGPU backend',
    load: async () => (await import('./engines/tfjs.ts')).openTfjs,
  },
  'jax-js': {
    title: 'jax-js, WebGPU backend',
    load: async () => (await import('./engines/jaxJs.ts')).openJaxJs,
  },
} as const satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof ENGINES;

export const ENGINE_NAMES = Object.keys(ENGINES).filter(isEngineName);

export function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(ENGINES, name);
}

export const engineEntry = (name: EngineName): EngineEntry => ENGINES[name];

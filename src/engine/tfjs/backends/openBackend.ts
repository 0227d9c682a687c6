/** What a TF.js backend reports about itself once it runs. */
import type { AdapterDescription, EngineDevice } from '../../api.ts';

export interface OpenBackend {
  readonly adapter: AdapterDescription;
  /** The largest tensor it can hold. */
  readonly maxBufferBytes: number;
  /** Resolves when what it runs on goes away. */
  readonly lost: EngineDevice['lost'];
  /** Frees what TF.js does not own; left out: nothing. */
  readonly close?: () => void;
}

/** Half of what a typed array, or a WebAssembly heap, holds. */
export const TENSOR_BYTES = 2 ** 30;

export const neverLost = (): EngineDevice['lost'] => new Promise(() => undefined);

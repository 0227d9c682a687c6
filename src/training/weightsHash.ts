/** What tells that two runs ended with the same weights, to the bit. */
import { sha256 } from '../data/sha256.ts';
import type { Arithmetic } from '../engine/api.ts';
import type { RunConfig } from '../model/config.ts';
import type { LayerGraph, StateDict } from '../model/graph.ts';

/** What a finished run came to, and how: enough to compare it with another, and to train it again. */
export interface FinalWeights {
  /** `weightsSha256` */
  readonly sha256: string;
  /** What every step was computed in; null: nothing with a choice, or not all in the same. */
  readonly arithmetic: Arithmetic | null;
  /** The config that trains the run again; null: there is none, or the run started from the weights of a file. */
  readonly replay: RunConfig | null;
}

/** SHA-256, in hex, of all parameters and running statistics as little-endian float32, in the graph's order. */
export async function weightsSha256(graph: LayerGraph, weights: StateDict): Promise<string> {
  const names = [...graph.parameters, ...graph.runningStatistics].map(({ name }) => name);
  const tensors = names.map((name) => weights.get(name)?.data ?? new Float32Array());
  const bytes = new Uint8Array(4 * tensors.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const tensor of tensors) {
    for (let i = 0; i < tensor.length; i++, at += 4) view.setFloat32(at, tensor[i] ?? 0, true);
  }
  return sha256(bytes);
}

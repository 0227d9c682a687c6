/** How runs and their tensors are named between page and worker. */
import type { Tensor } from '../model/graph.ts';

export type RunId = string;

/** What the page calls a run and how it draws it. */
export interface RunLabel {
  readonly name: string;
  /** Names the run's colour and dash. */
  readonly colourIndex: number;
}

/** By torchvision's name. */
export interface NamedTensor extends Tensor {
  readonly name: string;
}

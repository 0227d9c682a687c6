/** How runs and their tensors are named between page and worker. */
import type { Tensor } from '../model/graph.ts';

export type RunId = string;

/** What the page calls a run and how it draws it. */
export interface RunLabel {
  readonly name: string;
  /** The run's place in the order of colours and dashes. */
  readonly colourIndex: number;
}

/** A tensor with torchvision's name for it. */
export interface NamedTensor extends Tensor {
  readonly name: string;
}

/** `live` runs are trained; a `diverged` one waits at its last good snapshot to be restored. */
export type RunStatus = 'live' | 'diverged' | 'finished';

/** Another one for each start of each run, on whatever page. */
export const newStartId = (): string =>
  `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

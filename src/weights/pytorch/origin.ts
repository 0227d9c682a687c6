/** What a continuation starts from. */
import type { RunConfig } from '../../model/config.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';

/** Images of one split as bytes, [count, 32, 32, 3], and their labels, [count]. */
export interface SplitImages {
  readonly pixels: Uint8Array;
  readonly labels: Uint16Array;
}

/** Where the script gets its images. */
export type ScriptImages =
  /** From torchvision, put into the page's order if that is known. */
  | { readonly kind: 'cifar10'; readonly splits: Splits | null }
  /** From the zip: images that nobody else has. */
  | { readonly kind: 'own'; readonly splits: Splits };

interface Splits {
  readonly train: SplitImages;
  readonly test: SplitImages;
}

export interface Continuation {
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  /** Weights and running statistics. */
  readonly weights: StateDict;
  /** Their moving averages, where the run takes any; left out: as the weights. */
  readonly average?: StateDict;
  /** The hash of what is tested, the averages or else the weights; left out: not known. */
  readonly weightsSha256?: string;
  /** Momentum buffers; those missing are 0. */
  readonly momentum: StateDict;
  /** Adam's running means of squared gradients; those missing are 0. */
  readonly secondMoment?: StateDict;
  /** Steps done. */
  readonly step: number;
  /** Images that the run trains on: `data.train`, or all if there are fewer. */
  readonly trainImages: number;
  readonly images: ScriptImages;
}

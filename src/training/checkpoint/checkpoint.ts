/**
 * A checkpoint: everything that training needs to continue as if it had never stopped.
 *
 * The order of images, their augmentation and the masks of dropout are functions of (seed, step) alone
 * (`data/sampler.ts`, `data/augmentation.ts`, `kernels/dropout`), and the learning rate of (config, step), so the step
 * stands for the sampler's position and the random state. What remains are the network's numbers, and which images
 * the order was drawn over.
 */
import type { DatasetInfo } from '../../data/types.ts';
import type { AdapterDescription, Arithmetic, NetworkState } from '../../engine/api.ts';
import type { RunConfig } from '../../model/config.ts';
import type { StateDict } from '../../model/graph.ts';
import type { HistoryState } from '../history.ts';
import type { RunStatus } from '../runIdentity.ts';

/** The metadata's key of a checkpoint's record. */
export const RECORD_KEY = 'checkpoint';

export const CHECKPOINT_VERSION = 1;

/** The images of a run: others must not take their place. */
export type DatasetIdentity = Pick<DatasetInfo, 'title' | 'isCifar10' | 'train'> & {
  /** Missing from earlier checkpoints. */
  readonly [K in 'dataset' | 'sha256' | 'classNames']?: DatasetInfo[K] | undefined;
};

export const identityOf = (info: DatasetInfo): DatasetIdentity => {
  const { title, isCifar10, dataset, sha256, classNames, train } = info;
  return { title, isCifar10, dataset, sha256, classNames, train };
};

/** A moment marked on the charts. */
export interface Mark {
  readonly step: number;
  readonly label: string;
}

/** Weights from a file. */
export interface ImportedWeights {
  /** The file's name. */
  readonly source: string;
  /** Every tensor of the graph they were loaded into. */
  readonly weights: StateDict;
}

/** One run. */
export interface SavedRun {
  /** Names what the run has done since it was last at step 0. Missing from earlier checkpoints. */
  readonly startId?: string | undefined;
  readonly name: string;
  /** The run's place in the page's order of colours and dashes. */
  readonly colourIndex: number;
  /** The present config, with the learning rates set and shortcuts cut during training. */
  readonly config: RunConfig;
  /** Its config before any scheduled change was made; missing where none was. */
  readonly originalConfig?: RunConfig | undefined;
  readonly status: RunStatus;
  /** Where a diverged run's numbers stopped being finite; `step` below is then the last good one. */
  readonly divergence: { readonly step: number; readonly layer: string } | null;
  /** Steps done, which is the number of the next step. */
  readonly step: number;
  /** Milliseconds of training, pauses not counted. */
  readonly elapsedMs: number;
  /** Null: no image had arrived yet. */
  readonly images: DatasetIdentity | null;
  readonly lastTest: {
    readonly step: number;
    readonly images: number;
    readonly accuracy: number;
  } | null;
  readonly marks: readonly Mark[];
  /** Weights, running statistics and momentum, those of layers that a switched shortcut took out included. */
  readonly state: NetworkState;
  /** What the run started from, and goes back to, in place of the seed's weights. */
  readonly imported: ImportedWeights | null;
  readonly history: HistoryState;
  /** The engine's choice of kernels, which the last bits depend on: JSON, kept as it is. */
  readonly kernelChoices?: unknown;
  /** What every step so far was computed in; missing: nothing with a choice, or not all in the same. */
  readonly arithmetic?: Arithmetic | undefined;
  /** The config that trains it again to where it is; missing: no config can express what was done to it. */
  readonly replay?: RunConfig | undefined;
}

export interface Checkpoint {
  /** Milliseconds since 1970. */
  readonly savedAtMs: number;
  readonly adapter: AdapterDescription;
  /** At least one. Runs at the same step that see the same images continue in lockstep. */
  readonly runs: readonly SavedRun[];
}

/** A checkpoint that can't be used; the message says why, for people. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';

  /** @param kind `broken`: cut off or damaged; `newer`: of a later version; `unfit`: whole, but not for this program. */
  constructor(
    readonly kind: 'broken' | 'newer' | 'unfit',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Why nothing that is kept of a training can be used. What is `newer` is left to a newer version of the page; where what
 * reads it is `missing`, it may be good.
 */
export interface Unreadable {
  readonly kind: CheckpointError['kind'] | 'missing';
  readonly reason: string;
}

/** Whether two adapters may be taken for the same, so that the same kernels give the same bits. */
export function isSameAdapter(a: AdapterDescription, b: AdapterDescription): boolean {
  return a.name === b.name && a.vendor === b.vendor && a.architecture === b.architecture;
}

/** Whether training may continue with images `now` in place of `before`. */
export function isSameImages(before: DatasetIdentity, now: DatasetIdentity): boolean {
  if (before.train !== now.train || before.isCifar10 !== now.isCifar10) return false;
  if (before.sha256 && now.sha256) return before.sha256 === now.sha256;
  if (before.dataset && now.dataset) return before.dataset === now.dataset;
  return now.isCifar10 || before.title === now.title;
}

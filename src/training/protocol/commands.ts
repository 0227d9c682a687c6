/**
 * What the page says to the training worker, which switches exhaustively on `type`. The page answers for its commands:
 * configs come from its own forms, files and links, which are checked where they are read.
 */
import type { EngineChoice, EngineId } from '../../engine/engineNames.ts';
import type { DataConfig, RunConfig } from '../../model/config.ts';
import type { ExportChoice } from '../../weights/formats/registry.ts';
import type { RunEdit } from '../changes.ts';
import type { NamedTensor, RunId, RunLabel } from '../runIdentity.ts';
import type { Study } from '../studies/study.ts';

/** A number that counts commands which restart runs; missing: it is not asked for. */
export interface Numbered {
  /** Of a measurement: the last such command that had been carried out before. */
  readonly restart?: number | undefined;
}

/** Runs that can be trained side by side. */
export const MAX_RUNS = 4;

export type Command =
  /**
   * Opens an engine and measures it; answered by `ready` or `unsupported`. `baseUrl`: the page's address. `before`: what
   * trained on the last visit. `lineage`: the training that this page had before it was reloaded.
   */
  | {
      readonly type: 'open';
      readonly baseUrl: string;
      readonly lineage?: string | null | undefined;
      readonly engine?: EngineChoice | undefined;
      readonly before?: EngineId | undefined;
    }
  /** Continues on another engine, every run from its present step; answered by `ready`, or by `engineRefused`. */
  | { readonly type: 'useEngine'; readonly engine: EngineId }
  /**
   * The runs to train side by side, at most four. Prepares (plans, compiles) what is new or has another config than
   * before, drops what is gone; a run with an unchanged config continues. One refusal and nothing changes.
   */
  | (Numbered & {
      readonly type: 'setRuns';
      /**
       * How often the page has been told that the runs are others than it had asked for: by `resumed`, and by an `undone`
       * that refuses. Passed over where it is told so once more; it then asks again.
       */
      readonly revision?: number | undefined;
      /** The number of an undo: answered by `undone`, once, and never by `refused`. */
      readonly undo?: number | undefined;
      readonly runs: readonly {
        readonly id: RunId;
        readonly config: RunConfig;
        /** What the page calls the run and how it draws it: for checkpoints. */
        readonly view?: RunLabel | undefined;
        /** Kernels that `prepared` told of once, for the same last bits; passed over where there are others. */
        readonly kernelCode?: string | undefined;
        /**
         * The run as `saveRun` gave it: it goes on from there, in place of a run with this id. Answered by `revived`.
         */
        readonly from?: ArrayBuffer | undefined;
      }[];
    })
  /** Opens the dataset if that was not done yet. */
  | { readonly type: 'train' }
  | { readonly type: 'pause' }
  /** One step of every run, then pause. */
  | { readonly type: 'step' }
  /** All runs back to step 0 and their initial weights. */
  | (Numbered & { readonly type: 'reset' })
  /** Changes a run between two steps; weights stay. Answered by `changed` or `refused`. */
  | { readonly type: 'change'; readonly id: RunId; readonly change: RunEdit }
  | { readonly type: 'evaluate'; readonly id: RunId }
  /** Times every kernel of the run's step, on a copy of its network. Answered by `profiled`. */
  | { readonly type: 'profile'; readonly id: RunId }
  /** Answered by `weights`, or by `exportFailed` where the net can't have the names chosen. */
  | { readonly type: 'exportWeights'; readonly id: RunId; readonly choice: ExportChoice }
  /**
   * Weights of a file in place of a run's, which restarts from them: step 0, no momentum. It goes back to them on
   * `reset`, and keeps them under another config with the same tensors. Answered by `weightsLoaded` or, nothing having
   * changed, `refused`.
   */
  | (Numbered & {
      readonly type: 'loadWeights';
      readonly id: RunId;
      /** The file's name. */
      readonly source: string;
      readonly tensors: readonly NamedTensor[];
    })
  /** The run as a zip that trains on in PyTorch; answered by `weights` or `refused`. */
  | { readonly type: 'continueInPyTorch'; readonly id: RunId }
  /** Back to the last snapshot taken while all numbers were finite, with this learning-rate factor. */
  | (Numbered & {
      readonly type: 'restore';
      readonly id: RunId;
      readonly learningRateFactor: number;
    })
  /** Class probabilities of the given test images under every run; answered once all of them have arrived. */
  | { readonly type: 'predict'; readonly images: readonly number[] }
  /**
   * Looks into a copy of a network as it is now, between bursts of training. Answered by `studyProgress`, then
   * `studyDone`, `studyFailed` or `studyCancelled`. One with the same key is cancelled.
   */
  | { readonly type: 'study'; readonly key: string; readonly study: Study }
  | { readonly type: 'cancelStudy'; readonly key: string }
  /** After a lost device: a new one, and every run from its last snapshot. */
  | { readonly type: 'recover' }
  /** Destroys the device as a crashed driver would: for testing recovery. */
  | { readonly type: 'loseDevice' }
  /** Opens the dataset now, e.g. after it failed, was deleted, or could not be reached and others stand in for it. */
  | { readonly type: 'loadData'; readonly data: DataConfig; readonly seed: number }
  | { readonly type: 'deleteData' }
  /** What the page calls a run and how it draws it from now on: for checkpoints. */
  | { readonly type: 'label'; readonly id: RunId; readonly view: RunLabel }
  /** All runs as one file; answered by `checkpointFile` or `checkpointFailed`. */
  | { readonly type: 'exportCheckpoint' }
  /**
   * Replaces all runs with those of a checkpoint, paused where they stopped; answered by `resumed` or, with
   * nothing changed, by `checkpointFailed`. `file` null: the checkpoint kept in the browser. `ids`: new ids, for as
   * many runs as there can be.
   */
  | (Numbered & {
      readonly type: 'resume';
      readonly file: Blob | null;
      readonly ids: readonly RunId[];
    })
  /** Deletes a training's checkpoints; answered by `checkpointFound` with those that are left. */
  | { readonly type: 'discardCheckpoint'; readonly lineage: string }
  /** The page is hidden or, with `isClosing`, closing: keeps a checkpoint now; if closing, from the last snapshots. */
  | { readonly type: 'keepCheckpoint'; readonly isClosing: boolean };

export type SetRuns = Extract<Command, { type: 'setRuns' }>;

/** A call in the queue of commands: one run as a checkpoint file; null where it would start anew just as it is, or is gone. */
export interface SaveRun {
  readonly type: 'saveRun';
  readonly id: RunId;
  resolve(file: Promise<ArrayBuffer | null>): void;
}

/** A call in the queue of commands: has all runs kept as they are; false where they are not. */
export interface KeepNow {
  readonly type: 'keepNow';
  resolve(isKept: Promise<boolean>): void;
}

/** In the queue of commands: the images that `loadData` found take the place of those that stood in for them. */
export interface TakeFoundImages {
  readonly type: 'takeFoundImages';
}

/** What waits for its turn between two bursts of steps. */
export type QueuedCommand = Command | SaveRun | KeepNow | TakeFoundImages;

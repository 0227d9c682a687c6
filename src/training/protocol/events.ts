/** What the training worker tells the page, which switches exhaustively on `type`. */
import type { DataProgress, DatasetInfo } from '../../data/types.ts';
import type { AdapterDescription, Arithmetic, KernelChoices } from '../../engine/api.ts';
import type { Comparison } from '../../engine/compare.ts';
import type { EngineId } from '../../engine/engineNames.ts';
import type { Profile } from '../../engine/profile.ts';
import type { RunConfig } from '../../model/config.ts';
import type { StorageTrouble } from '../../storage/troubles.ts';
import type { SavedRun, Unreadable } from '../checkpoint/checkpoint.ts';
import type { MetricsBatch } from '../measurements.ts';
import type { RunId, RunStatus } from '../runIdentity.ts';
import type { StudyResult } from '../studies/study.ts';
import type { FinalWeights } from '../weightsHash.ts';
import type { Numbered } from './commands.ts';

export type ProfileOutcome =
  | { readonly kind: 'done'; readonly profile: Profile }
  | { readonly kind: 'failed'; readonly message: string };

export type TrainingEvent =
  | {
      readonly type: 'ready';
      readonly engine: EngineId;
      /** Engines that would have come before it, and why they do not run here. */
      readonly passedOver: readonly { readonly engine: EngineId; readonly reason: string }[];
      /** Between the GPU and the processor; null: nothing was compared. */
      readonly compared: Comparison | null;
      readonly adapter: AdapterDescription;
      /** Rate of small convolutions, measured at opening (about half a second). */
      readonly gflops: number;
      readonly maxBufferBytes: number;
      /** Why the engine can't train in half precision, as `EngineDevice` says; null where it can. */
      readonly noHalfPrecision: string | null;
      /** Those it can train in; none where it has no choice. */
      readonly arithmetics: readonly Arithmetic[];
      /** What slows the engine down here and could be helped; null: nothing. */
      readonly remark: string | null;
    }
  | {
      readonly type: 'unsupported';
      readonly reason: 'no-webgpu' | 'no-adapter' | 'device-refused';
      readonly message: string;
    }
  /** The engine asked for does not run here; the one before does. */
  | { readonly type: 'engineRefused'; readonly engine: EngineId; readonly message: string }
  | {
      readonly type: 'prepared';
      readonly id: RunId;
      readonly parameterNames: readonly string[];
      /** Convolutions whose response's deviation is measured. */
      readonly activationNames: readonly string[];
      readonly gpuBytes: number;
      /** Images that go through the network at a time: below `batchSize` BatchNorm works on each such part. */
      readonly microBatchSize: number;
      /** Null where the engine does not plan them. */
      readonly dispatchesPerStep: number | null;
      readonly compileMs: number;
      /** How tunable operations are done, by operation and shape; part of the run's record. */
      readonly tiles: KernelChoices;
      /** The same in a few characters, to be asked for in `setRuns`; null: the engine has no choice. */
      readonly kernelCode: string | null;
      /** The file whose weights the run starts from; null: its own initial weights. */
      readonly weightsFrom: string | null;
      /** Names what the run does until it is back at step 0. */
      readonly startId: string;
    }
  /** Whether the runs are those of a `setRuns` with this number. `whyNot`: they are as they were; null: they are. */
  | { readonly type: 'undone'; readonly undo: number; readonly whyNot: string | null }
  /** A config or change that cannot be built; nothing was changed. */
  | {
      readonly type: 'refused';
      readonly id: RunId | null;
      readonly field: string;
      readonly message: string;
    }
  | {
      readonly type: 'state';
      readonly state: 'idle' | 'preparing' | 'tuning' | 'waitingForData' | 'training' | 'paused';
      /** Runs are built, or kernels timed, and nothing trains afterwards unless it is asked for. */
      readonly rests?: true;
    }
  | (Numbered & {
      readonly type: 'metrics';
      readonly batch: MetricsBatch;
      /** The rate of this run. */
      readonly imagesPerSecond: number;
      /** Milliseconds of one step of all runs together, smoothed. */
      readonly stepMs: number;
    })
  | (Numbered & {
      readonly type: 'evaluated';
      readonly id: RunId;
      readonly step: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly images: number;
    })
  | { readonly type: 'profiled'; readonly id: RunId; readonly outcome: ProfileOutcome }
  /**
   * A change took effect: to be marked on the charts where it has a label. `config` is the run's from now on. What a
   * diverged run measured from this step on stays.
   */
  | {
      readonly type: 'changed';
      /**
       * Left out: a command made the change. `schedule`: the config had asked for it. `upkeep`: only the config is
       * different and there is nothing to mark, as after a reset, which brings back the scheduled changes.
       */
      readonly by?: 'schedule' | 'upkeep';
      readonly id: RunId;
      readonly status: RunStatus;
      readonly step: number;
      readonly label: string;
      readonly config: RunConfig;
    }
  | { readonly type: 'exportFailed'; readonly id: RunId; readonly message: string }
  | {
      readonly type: 'weights';
      readonly id: RunId;
      readonly step: number;
      readonly fileName: string;
      readonly bytes: ArrayBuffer;
    }
  | {
      readonly type: 'predicted';
      readonly predictions: readonly {
        readonly id: RunId;
        readonly image: number;
        readonly probabilities: readonly number[];
      }[];
      /** [images, 32, 32, 4] RGBA of the images asked for, and their labels. */
      readonly pixels: Uint8ClampedArray;
      readonly labels: readonly number[];
    }
  | {
      readonly type: 'studyProgress';
      readonly key: string;
      /** Steps its network had been trained; null for a kept run. */
      readonly step: number | null;
      readonly done: number;
      /** The whole, in the unit of `done`. */
      readonly total: number;
      /** Milliseconds of its own work so far, without what else went on meanwhile. */
      readonly workMs: number;
      /** What is known so far, where that can be shown. */
      readonly partial?: StudyResult;
    }
  | {
      readonly type: 'studyDone';
      readonly key: string;
      readonly step: number | null;
      readonly result: StudyResult;
      /** As above. */
      readonly workMs: number;
    }
  | { readonly type: 'studyFailed'; readonly key: string; readonly message: string }
  | { readonly type: 'studyCancelled'; readonly key: string }
  | {
      readonly type: 'data';
      readonly info: DatasetInfo;
      readonly progress: DataProgress;
      readonly cachedBytes: number;
      /**
       * `info` stands in for images that could not be reached. `asked`: they are being tried again; `found`: they are there,
       * and are taken when the runs start anew.
       */
      readonly again: 'asked' | 'found' | null;
    }
  | { readonly type: 'dataFailed'; readonly message: string }
  /** The worker could not store something. */
  | { readonly type: 'storageTrouble'; readonly trouble: StorageTrouble }
  /** A run stopped by NaN or infinity, all its later steps void. `layer`: where it showed first. */
  | (Numbered & {
      readonly type: 'diverged';
      readonly id: RunId;
      readonly step: number;
      readonly layer: string;
      readonly lastGoodStep: number;
    })
  /** A run is back at `step`. If it is live, what it measured from there on is void. */
  | {
      readonly type: 'restored';
      readonly id: RunId;
      readonly status: RunStatus;
      readonly step: number;
      readonly label: string;
      readonly config: RunConfig;
    }
  /** A run is back at step 0 with the weights of a file; what it measured is void. */
  | {
      readonly type: 'weightsLoaded';
      readonly id: RunId;
      readonly source: string;
      readonly startId: string;
    }
  /** A run is back at step 0; what it measured is void. */
  | { readonly type: 'reset'; readonly id: RunId; readonly startId: string }
  /** A run reached its last step. */
  | (Numbered & {
      readonly type: 'finished';
      readonly id: RunId;
      readonly step: number;
      readonly finalWeights: FinalWeights;
    })
  | { readonly type: 'deviceLost'; readonly message: string; readonly lastSnapshotStep: number }
  /** What the runs do from now on is the training of this name: they were opened, begun afresh or resumed. */
  | { readonly type: 'trainingBegun'; readonly lineage: string }
  | {
      readonly type: 'checkpointFound';
      /** A checkpoint that can be resumed from; null: there is none, or none any more. */
      readonly offer: CheckpointOffer | null;
      /**
       * Why the training that the page had before it was reloaded is not offered: nothing is kept of it, another page has
       * it, or it can't be read. Null: it is offered, or was not asked for.
       */
      readonly own: 'missing' | 'elsewhere' | 'unreadable' | null;
      /** Trainings that can't be read; those of a newer version of the page wait for that. */
      readonly unreadable: readonly (Unreadable & { readonly lineage: string })[];
    }
  | {
      readonly type: 'checkpointKept';
      /** Names the training that it belongs to. */
      readonly lineage: string;
      readonly savedAtMs: number;
      /** Steps done by the run that is furthest. */
      readonly step: number;
      readonly bytes: number;
    }
  | { readonly type: 'checkpointFile'; readonly fileName: string; readonly bytes: ArrayBuffer }
  /** A checkpoint that could not be kept, written or resumed from. Training continues. */
  | {
      readonly type: 'checkpointFailed';
      readonly task: 'keep' | 'export' | 'resume';
      readonly message: string;
    }
  /** These runs have replaced all others. */
  | {
      readonly type: 'resumed';
      readonly savedAtMs: number;
      /** They are those of the checkpoint that was offered, and continue as the same training. */
      readonly ofOffer: boolean;
      /** The adapter of the checkpoint where it is not this one: the last bits may then differ. */
      readonly otherAdapter: string | null;
      /** Some of their kernels differ from the checkpoint's: again, the last bits may then differ. */
      readonly otherKernels: boolean;
      readonly runs: readonly ResumedRun[];
    }
  /** A run is where its file left it, with what it had measured. */
  | { readonly type: 'revived'; readonly run: ResumedRun }
  | { readonly type: 'failed'; readonly message: string };

export interface CheckpointOffer {
  /** Names the training, as `checkpointKept` did. */
  readonly lineage: string;
  readonly savedAtMs: number;
  readonly bytes: number;
  readonly runs: readonly {
    readonly name: string;
    readonly step: number;
    /** The steps its config asks for. */
    readonly steps: number;
  }[];
  /** Why a newer one was passed over. */
  readonly damaged: string | null;
}

export type ResumedRun = Pick<
  SavedRun,
  | 'startId'
  | 'name'
  | 'colourIndex'
  | 'config'
  | 'originalConfig'
  | 'status'
  | 'divergence'
  | 'step'
  | 'marks'
  | 'history'
> & {
  readonly id: RunId;
  readonly parameterNames: readonly string[];
  readonly activationNames: readonly string[];
  /** Null: it is not finished. */
  readonly finalWeights: FinalWeights | null;
};

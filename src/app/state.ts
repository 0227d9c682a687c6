/** What the page knows besides the numbers in `RunHistory`: small, immutable, and all that React renders from. */
import type { DataProgress, DatasetInfo } from '../data/types.ts';
import type { AdapterDescription } from '../engine/api.ts';
import type { EngineId } from '../engine/engineNames.ts';
import type { RunConfig } from '../model/config.ts';
import type { StorageFailure } from '../storage/failure.ts';
import type { StorageTrouble } from '../storage/troubles.ts';
import type { RunEdit } from '../training/changes.ts';
import type { Mark } from '../training/checkpoint/checkpoint.ts';
import type { Evaluated } from '../training/measurements.ts';
import type { CheckpointOffer, TrainingEvent } from '../training/protocol/events.ts';
import type { RunId } from '../training/runIdentity.ts';
import type { Verified, VerifyProgress } from '../training/verifyWorker.ts';
import type { FinalWeights } from '../training/weightsHash.ts';
import type { Decoded, Refusal } from './address/decode.ts';
import type { Lock } from './address/lock.ts';
import { type ChartSettings, DEFAULT_CHART_SETTINGS } from './chartSettings.ts';
import type { ExperimentState } from './experiments/state.ts';
import type { Question } from './lesson/questions.ts';
import type { RunToStore, StoredRun } from './library/storedRun.ts';
import type { StudyStates } from './studies.ts';

const PAGE_KEY = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
let libraryIds = 0;

/** An id that no run of this or another page has. */
export const newLibraryId = (): string => `${PAGE_KEY}-${++libraryIds}`;

type EventOf<T extends TrainingEvent['type']> = Extract<TrainingEvent, { type: T }>;

/** `opening` until the adapter has been measured; the rest as the worker reports it. */
type Phase = 'opening' | EventOf<'state'>['state'];

/** Whether there is nothing for a pause to end. Runs that are built while nothing trains can be trained at once. */
export const isAtRest = ({ phase, rests }: Pick<PageState, 'phase' | 'rests'>): boolean =>
  phase === 'opening' || phase === 'idle' || phase === 'paused' || rests;

export interface RunView {
  readonly id: RunId;
  /** Names the run within its tab, whatever is edited, restarted or reloaded; those of a link or preset by their order. */
  readonly tabKey: string;
  /** Place in the order of colours and dashes; one that becomes free is given out again. */
  readonly colourIndex: number;
  /** After the network it was built with, and what switched shortcuts have made of it; or as a person likes. */
  readonly name: string;
  /** A person gave the name: it stays whatever the network becomes. */
  readonly isNamed: boolean;
  /** The id under which the library stores what this run does until it restarts. */
  readonly libraryId: string;
  /** The last step of the run as the library has it, or had it until a person deleted it; null: it never had. */
  readonly storedStep: number | null;
  /** Names what the run does until it is back at step 0; null: the worker has not said. */
  readonly startId: string | null;
  /** What the worker was last told, or has last told us. */
  readonly config: RunConfig;
  /** The config before any scheduled change was made: what a reset goes back to. Null: none was. */
  readonly originalConfig: RunConfig | null;
  /** The last config that the worker has prepared; what a refusal goes back to. */
  readonly preparedConfig: RunConfig | null;
  /** Edits that wait: for a correction, or for a restart of a run that has been trained. */
  readonly draft: RunConfig | null;
  /** Changes sent to the worker that it has not made yet, oldest first. */
  readonly pending: readonly RunEdit[];
  readonly prepared: Pick<
    EventOf<'prepared'>,
    | 'parameterNames'
    | 'activationNames'
    | 'gpuBytes'
    | 'microBatchSize'
    | 'dispatchesPerStep'
    | 'compileMs'
    | 'kernelCode'
  > | null;
  /** The kernels that a link asks for; null: those that are found to be fast here. */
  readonly kernelCode: string | null;
  /** The file whose weights the run started from. */
  readonly weightsFrom: string | null;
  readonly markers: readonly Mark[];
  readonly evaluation: Evaluated | null;
  readonly bestAccuracy: number | null;
  readonly diverged: Pick<EventOf<'diverged'>, 'step' | 'layer' | 'lastGoodStep'> | null;
  readonly finished: boolean;
  /** What it finished with; null: it has not, or was changed since. */
  readonly finalWeights: FinalWeights | null;
  /** The hash that a link expects the finished run's weights to have; null: none, or the config was edited since. */
  readonly expectedSha256: string | null;
}

interface CheckpointState {
  /** The checkpoint of an earlier visit that can be resumed from or discarded. */
  readonly offer: CheckpointOffer | null;
  /** Names the training under way; null: not known yet. */
  readonly lineage: string | null;
  /** Trainings kept here that can't be read. */
  readonly unreadable: EventOf<'checkpointFound'>['unreadable'];
  /** The last one of the training under way that is stored in this browser. */
  readonly kept: Pick<EventOf<'checkpointKept'>, 'lineage' | 'savedAtMs' | 'step' | 'bytes'> | null;
  readonly failure: Pick<EventOf<'checkpointFailed'>, 'task' | 'message'> | null;
  /** The runs were resumed here, but begun on this other adapter. */
  readonly otherAdapter: string | null;
  /** The runs were resumed here, and had other kernels before. */
  readonly otherKernels: boolean;
}

/** What the page's address said beyond the runs, and which of its entries were refused. */
export interface AddressState {
  readonly refused: readonly Refusal[];
  /** A link that was followed while runs were trained, until it is decided whether to open it. */
  readonly waiting: Decoded | null;
  /** Parts that are not shown (`parts.ts`). */
  readonly hidden: readonly string[];
  /** How far the runs can't be edited. */
  readonly lock: Lock;
  /** What students are to do: text of unknown origin; null: nothing. */
  readonly task: string | null;
  readonly questions: readonly Question[];
  /** The networks that they are about (`networksText`); null: no link was opened. */
  readonly networks: string | null;
}

/** The last measurement of a run's kernels; the run may have changed since. */
export interface KernelTimes {
  readonly id: RunId;
  readonly runName: string;
  /** Null while it is being measured. */
  readonly outcome: EventOf<'profiled'>['outcome'] | null;
}

/** A finished run that is trained again, or was. */
export interface Verification {
  /** That under which the library stores it, or would. */
  readonly id: string;
  /** What the run was called. */
  readonly title: string;
  /** `loading`: its file and images; then how far it is, and the result, or why there is none. */
  readonly state: 'loading' | VerifyProgress | Verified | { readonly reason: string };
}

/** A run that the browser does not store: it lasts as long as the page. */
export interface UnkeptRun {
  readonly about: RunToStore;
  /** What the run was called. */
  readonly title: string;
  readonly file: ArrayBuffer;
  /** As it stands in the list; null: the library’s worker failed, and it does not. */
  readonly run: StoredRun | null;
}

/** The stored runs, of this visit and earlier ones. */
export interface LibraryState {
  /** Newest first, unkept ones included; null before they have been read. */
  readonly runs: readonly StoredRun[] | null;
  readonly damaged: readonly { readonly id: string; readonly reason: string }[];
  /** How many a newer version of the page has stored. */
  readonly newer: number;
  /** What the others are compared with, by the id under which it is or would be stored. */
  readonly baseline: string | null;
  /** Deleted last, and not yet for good. */
  readonly deleted: readonly StoredRun[];
  readonly unkept: readonly UnkeptRun[];
  /** The notice about them was dismissed. */
  readonly isUnkeptDismissed: boolean;
  /** Why something else could not be done. */
  readonly failure: string | null;
  /** Pinned runs whose curves are here, and what to call them beside the others. */
  readonly drawn: readonly { readonly id: string; readonly title: string }[];
}

/** How the runs are restored after the page was reloaded. */
type Reload =
  /** There was nothing to restore, or all is restored. */
  | { readonly kind: 'none' }
  /** The tab's checkpoint is being looked for and resumed. */
  | { readonly kind: 'underWay' }
  /** The runs continue from an earlier step than they had reached. */
  | { readonly kind: 'resumed'; readonly reached: number; readonly from: number }
  /** Only the runs' settings could be restored; without lost steps, the weights of a file are gone. `why`: as the worker says; null: there was no worker to ask. */
  | {
      readonly kind: 'settingsOnly';
      readonly stepsLost: number;
      readonly why: EventOf<'checkpointFound'>['own'];
    };

/** What was done to runs and can be undone for a while. */
export interface Undoable {
  readonly key: number;
  /** `Plain-20 removed` */
  readonly what: string;
  /** Why it can't be undone after all; null: it can. */
  readonly whyNot: string | null;
  /** What else there is to say, a sentence: that it was tried and failed. */
  readonly note: string | null;
}

export interface PageState {
  readonly phase: Phase;
  /** Something is prepared, and nothing was asked for that would come after it. */
  readonly rests: boolean;
  readonly adapter: AdapterDescription | null;
  readonly engine:
    | (Pick<
        EventOf<'ready'>,
        'passedOver' | 'compared' | 'noHalfPrecision' | 'arithmetics' | 'remark'
      > & {
        readonly id: EngineId;
      })
    | null;
  /** The runs went on with another engine, from this step; null: they have not since they began, or were opened. */
  readonly engineChange: {
    readonly from: EngineId;
    readonly to: EngineId;
    readonly step: number;
  } | null;
  readonly gflops: number | null;
  readonly maxBufferBytes: number | null;
  readonly unsupported: Pick<EventOf<'unsupported'>, 'reason' | 'message'> | null;
  readonly runs: readonly RunView[];
  /** The run that the builder edits. */
  readonly selected: RunId | null;
  /** Edits of one run go to all, shortcuts excepted. */
  readonly linked: boolean;
  /** Nothing has been edited: the default pair may still be replaced once the adapter is known. */
  readonly isDefaultPair: boolean;
  /** What is wrong with the edited config, by field (`model.stageDepths`). */
  readonly fieldErrors: Readonly<Record<string, string>>;
  /** Why the engine that was chosen last can't train here; null: it does, or that was dismissed. */
  readonly engineError: string | null;
  readonly data: {
    readonly info: DatasetInfo;
    readonly progress: DataProgress;
    readonly cachedBytes: number;
    readonly again: 'asked' | 'found' | null;
  } | null;
  readonly dataError: string | null;
  readonly throughput: { readonly imagesPerSecond: number; readonly stepMs: number } | null;
  /** How many times their estimate the last steps took here (`trainingTime.ts`); null: none were made. */
  readonly paceRatio: number | null;
  /** Steps done by the run that is furthest. */
  readonly stepsDone: number;
  readonly deviceLost: Pick<EventOf<'deviceLost'>, 'message' | 'lastSnapshotStep'> | null;
  readonly failure: string | null;
  readonly checkpoint: CheckpointState;
  readonly kernelTimes: KernelTimes | null;
  /** Result of the last export; null while one is running and before the first. */
  readonly exported:
    | { readonly id: RunId; readonly fileName: string; readonly bytes: number }
    | { readonly id: RunId; readonly error: string }
    | null;
  readonly predicted: Omit<EventOf<'predicted'>, 'type'> | null;
  /** What was asked of the runs' networks, by the views' own keys. */
  readonly studies: StudyStates;
  /** Null: none was asked for. */
  readonly verification: Verification | null;
  readonly library: LibraryState;
  /** What the browser did not store, on this page and in its workers; and the notices of it that were dismissed. */
  readonly storage: {
    readonly troubles: readonly StorageTrouble[];
    readonly dismissed: readonly StorageFailure[];
  };
  readonly undoable: Undoable | null;
  /** Whether the tour has set the user's own runs aside, where no reload brings them back. */
  readonly areRunsAside: boolean;
  readonly reload: Reload;
  /** The view shown on the right, by its id. */
  readonly view: string;
  /** The experiment on the page; null where the runs are the user's own. */
  readonly experiment: ExperimentState | null;
  readonly charts: ChartSettings;
  readonly address: AddressState;
  /** Counts up when histories have grown, at most four times a second. */
  readonly version: number;
}

export const initialState: PageState = {
  phase: 'opening',
  rests: false,
  adapter: null,
  engine: null,
  engineChange: null,
  gflops: null,
  maxBufferBytes: null,
  unsupported: null,
  runs: [],
  selected: null,
  linked: true,
  isDefaultPair: true,
  fieldErrors: {},
  engineError: null,
  data: null,
  dataError: null,
  throughput: null,
  paceRatio: null,
  stepsDone: 0,
  deviceLost: null,
  failure: null,
  checkpoint: {
    ...{ offer: null, lineage: null, unreadable: [], kept: null, failure: null },
    ...{ otherAdapter: null, otherKernels: false },
  },
  kernelTimes: null,
  exported: null,
  predicted: null,
  studies: {},
  library: {
    runs: null,
    ...{ damaged: [], newer: 0 },
    baseline: null,
    deleted: [],
    ...{ unkept: [], isUnkeptDismissed: false },
    failure: null,
    drawn: [],
  },
  verification: null,
  storage: { troubles: [], dismissed: [] },
  undoable: null,
  areRunsAside: false,
  reload: { kind: 'none' },
  view: 'curves',
  experiment: null,
  charts: DEFAULT_CHART_SETTINGS,
  address: {
    ...{ refused: [], waiting: null, hidden: [], lock: false },
    ...{ task: null, questions: [], networks: null },
  },
  version: 0,
};

/** It trains no further as it is: it has made its last step, or its numbers are finite no more. */
export const isOver = ({ finished, diverged }: Pick<RunView, 'finished' | 'diverged'>): boolean =>
  finished || diverged !== null;

/** Whether there are runs, and none has a step left to make. */
export const areAllOver = (runs: readonly RunView[]): boolean =>
  runs.length > 0 && runs.every(isOver);

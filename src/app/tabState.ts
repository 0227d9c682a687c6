/**
 * What a tab remembers of itself in its session storage: which runs there are, what is shown, whether they train. A
 * reload finds it again; another tab or a later visit does not.
 */
import * as z from 'zod/mini';
import { runConfigSchema } from '../model/config.ts';
import { readJson, sessionArea, writeJson } from '../storage/webStorage.ts';
import { MAX_RUNS } from '../training/protocol/commands.ts';
import { EXPERIMENT_SIZES } from './experiments/sizes.ts';
import { EXPERIMENT_STATUSES, type ExperimentState } from './experiments/state.ts';
import type { PageState, RunView } from './state.ts';

const KEY = 'tab';
const VERSION = 1;
const text = z.string().check(z.maxLength(1000));

const schema = z.strictObject({
  version: z.literal(VERSION),
  isTraining: z.boolean(),
  stepsDone: z.int().check(z.minimum(0)),
  /** Names the training under way; earlier versions of the page took numbers. Null: there is none. */
  lineage: z.nullable(z.union([z.string().check(z.maxLength(40)), z.number()])),
  view: text,
  /** The experiment on the page. */
  experiment: z._default(
    z.nullable(
      z.strictObject({
        id: text,
        size: z.enum(EXPERIMENT_SIZES),
        without: z._default(z.array(text), []),
        status: z._default(z.enum(EXPERIMENT_STATUSES), 'offered'),
        /** Arm → index of its run. */
        live: z._default(z.record(text, z.int()), {}),
        /** Arms that have their results. */
        unread: z._default(z.array(text), []),
        note: z._default(z.nullable(text), null),
      }),
    ),
    null,
  ),
  /** The networks that the questions of a link were about: its address follows the page. */
  networks: z.optional(z.nullable(z.string())),
  linked: z.boolean(),
  /** Index of the selected run. */
  selected: z.int(),
  runs: z
    .array(
      z.strictObject({
        name: text,
        isNamed: z.boolean(),
        tabKey: z.optional(text),
        slot: z.int().check(z.minimum(0), z.maximum(100)),
        keptId: text,
        storedStep: z._default(z.nullable(z.int()), null),
        startId: z._default(z.nullable(text), null),
        config: runConfigSchema,
        kernels: z._default(z.nullable(text), null),
        expectedSha256: z._default(z.nullable(text), null),
        /** Edits not yet applied. */
        draft: z.nullable(z.unknown()),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_RUNS)),
});

type Stored = z.infer<typeof schema>;
type StoredRun = Stored['runs'][number];

export interface TabRun extends Omit<StoredRun, 'tabKey' | 'slot' | 'keptId' | 'kernels'> {
  readonly tabKey: string;
  readonly colourIndex: number;
  readonly libraryId: string;
  readonly kernelCode: string | null;
}

export type TabState = Omit<Stored, 'version' | 'lineage' | 'runs'> & {
  readonly lineage: string | null;
  readonly runs: readonly TabRun[];
};

/** Phases in which runs train, or will as soon as they can. */
const TRAINING: ReadonlySet<PageState['phase']> = new Set(['training', 'waitingForData']);

/** Null where there is nothing to restore. */
export function tabStateOf(state: PageState): TabState | null {
  const { runs, selected, phase, stepsDone, view, experiment, linked, checkpoint, address } = state;
  if (runs.length === 0 || state.reload.kind === 'underWay' || phase === 'opening') return null;
  // Weights of a file are in a checkpoint before the first step.
  const isKept = stepsDone > 0 || runs.some(({ weightsFrom }) => weightsFrom !== null);
  return {
    isTraining: TRAINING.has(phase),
    stepsDone,
    lineage: isKept ? checkpoint.lineage : null,
    view,
    experiment: experiment === null ? null : experimentStateOf(experiment, runs),
    networks: address.networks,
    linked,
    selected: runs.findIndex(({ id }) => id === selected),
    runs: runs.map(
      ({
        tabKey,
        name,
        isNamed,
        colourIndex,
        libraryId,
        storedStep,
        startId,
        config,
        draft,
        expectedSha256,
        ...run
      }) => ({
        ...{
          tabKey,
          name,
          isNamed,
          colourIndex,
          libraryId,
          storedStep,
          startId,
          config,
          draft,
          expectedSha256,
        },
        kernelCode: run.prepared?.kernelCode ?? run.kernelCode,
      }),
    ),
  };
}

/** Results are in a storage of their own. */
function experimentStateOf(
  { live, unread, results, ...state }: ExperimentState,
  runs: readonly RunView[],
): Stored['experiment'] {
  const places = Object.entries(live).map(([arm, runId]) => {
    return [arm, runs.findIndex((run) => run.id === runId)];
  });
  const done = [...new Set([...unread, ...Object.keys(results)])];
  return {
    ...{ ...state, without: [...state.without] },
    ...{ live: Object.fromEntries(places), unread: done },
  };
}

/** Null where nothing readable is stored. */
export function readTabState(area = sessionArea): TabState | null {
  const stored = schema.safeParse(readJson(area, KEY));
  if (!stored.success) return null;
  const { version: _, runs, lineage, ...state } = stored.data;
  return {
    ...state,
    lineage: lineage === null ? null : `${lineage}`,
    runs: runs.map(({ tabKey, slot, keptId: libraryId, kernels: kernelCode, ...run }) => ({
      // Earlier versions of the page went by colours.
      ...{ ...run, tabKey: tabKey ?? `${slot}`, colourIndex: slot, libraryId, kernelCode },
    })),
  };
}

/** Where it can't be stored, a reload offers the last checkpoint, as any visit does. */
export function writeTabState({ runs, ...state }: TabState, area = sessionArea): void {
  const stored: Stored = {
    version: VERSION,
    ...state,
    runs: runs.map(({ colourIndex: slot, libraryId: keptId, kernelCode: kernels, ...run }) => ({
      ...{ ...run, slot, keptId, kernels },
    })),
  };
  writeJson(area, KEY, stored);
}

/** Whether this page load replaces an earlier one of the same tab: reloaded, navigated back to, or discarded before. */
export function isReturn(
  navigation: { readonly type: string } | undefined,
  wasDiscarded: boolean,
): boolean {
  return wasDiscarded || navigation?.type === 'reload' || navigation?.type === 'back_forward';
}

/**
 * What a tab notes about itself while it lives, in its session storage: which runs there are, what is shown, whether
 * they train. A reload finds it again; another tab, or a later visit, does not.
 */
import * as z from 'zod/mini';
import { runConfigSchema } from '../model/config.ts';
import { EXPERIMENT_SIZES } from './experiments/sizes.ts';
import { MAX_RUNS, type PageState } from './state.ts';

const KEY = 'tab';
const VERSION = 1;
const text = z.string().check(z.maxLength(1000));

const markSchema = z.strictObject({
  version: z.literal(VERSION),
  isTraining: z.boolean(),
  stepsDone: z.int().check(z.minimum(0)),
  /** Of the training's checkpoints; null: none was kept yet. */
  lineage: z.nullable(z.number()),
  view: text,
  /** The experiment on the page. */
  experiment: z._default(
    z.nullable(z.strictObject({ id: text, size: z.enum(EXPERIMENT_SIZES) })),
    null,
  ),
  linked: z.boolean(),
  /** Index of the selected run. */
  selected: z.int(),
  runs: z
    .array(
      z.strictObject({
        name: text,
        isNamed: z.boolean(),
        slot: z.int().check(z.minimum(0), z.maximum(100)),
        keptId: text,
        config: runConfigSchema,
        kernels: z._default(z.nullable(text), null),
        /** Edits that wait. */
        draft: z.nullable(z.unknown()),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_RUNS)),
});

export type TabState = z.infer<typeof markSchema>;

/** Phases in which training goes on, or will as soon as it can. */
const TRAINING: ReadonlySet<PageState['phase']> = new Set(['training', 'waitingForData']);

/** Null where there is nothing to come back to. */
export function markOf(state: PageState): TabState | null {
  const { runs, selected, phase, stepsDone, view, experiment, linked, checkpoint } = state;
  if (runs.length === 0 || state.return.kind === 'underWay' || phase === 'opening') return null;
  return {
    version: VERSION,
    isTraining: TRAINING.has(phase),
    stepsDone,
    lineage: stepsDone > 0 ? (checkpoint.kept?.lineage ?? null) : null,
    view,
    experiment: experiment === null ? null : { id: experiment.id, size: experiment.size },
    linked,
    selected: runs.findIndex(({ id }) => id === selected),
    runs: runs.map(({ name, isNamed, slot, keptId, config, draft, prepared, kernels }) => ({
      ...{ name, isNamed, slot, keptId, config, draft },
      kernels: prepared?.kernels ?? kernels,
    })),
  };
}

type TabStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** What was noted; null where nothing was, or nothing that can be read. */
export function readMark(storage: TabStorage): TabState | null {
  try {
    const mark = markSchema.safeParse(JSON.parse(storage.getItem(KEY) ?? 'null'));
    return mark.success ? mark.data : null;
  } catch {
    // Storage may be forbidden.
    return null;
  }
}

export function writeMark(storage: TabStorage, mark: TabState): void {
  try {
    storage.setItem(KEY, JSON.stringify(mark));
  } catch {
    // Forbidden or full: a reload then offers the last checkpoint, as any visit does.
  }
}

/** Whether the page was loaded in place of itself: reloaded, gone back to, or brought back after it was discarded. */
export function isReturn(
  navigation: { readonly type: string } | undefined,
  wasDiscarded: boolean,
): boolean {
  return wasDiscarded || navigation?.type === 'reload' || navigation?.type === 'back_forward';
}

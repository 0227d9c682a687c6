/** What a preset makes of a run, before it does. */
import type { RunConfig } from '../model/config.ts';
import { PRESETS, presetConfig } from '../model/presets.ts';
import { configErrors } from './drafts.ts';
import { applyPatch, type ConfigPatch, sameConfig } from './edit.ts';
import type { PageState } from './state.ts';
import { plannedTime, type Rated } from './trainingTime.ts';

/** A plan that takes longer is asked about. */
export const LONG_MS = 3_600_000;
/** With fewer steps there is nothing to see. */
const FEWEST = 100;

/** What of a training is no part of a recipe. */
const OWN: ReadonlySet<string> = new Set([
  ...['seed', 'precision', 'arithmetic', 'microBatchSize', 'changes'],
]);

/** `undefined` for each field of `before` that `after` leaves out. */
const leftOut = (before: object, after: object) =>
  Object.fromEntries(
    Object.keys(before).flatMap((key) => (key in after ? [] : [[key, undefined]])),
  );

const recipeOf = ({ training }: RunConfig): Partial<RunConfig['training']> =>
  Object.fromEntries(Object.entries(training).filter(([key]) => !OWN.has(key)));

/** Whether a run's augmentation is one that a preset brings: then it belongs to that recipe, not to the run. */
const hasPresetAugment = (config: RunConfig): boolean =>
  PRESETS.some(({ name, training }) => {
    if (training.augment === undefined) return false;
    const { augment } = presetConfig(name).training;
    return sameConfig(config, { ...config, training: { ...config.training, augment } });
  });

/**
 * The network and the recipe of a preset. Where it says nothing of augmentation, that of another preset's recipe gives way to
 * the usual one, and a choice of the run's own stays.
 */
export function presetPatch(name: string, before: RunConfig): ConfigPatch {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  const whole = presetConfig(name, before.data);
  const { classes: _, ...model } = whole.model;
  const { augment, ...recipe } = recipeOf(whole);
  const { augment: __, ...recipeBefore } = recipeOf(before);
  return {
    model: { ...leftOut(before.model, whole.model), ...model },
    training: {
      ...leftOut(recipeBefore, recipe),
      ...recipe,
      ...(preset?.training.augment === undefined && !hasPresetAugment(before) ? {} : { augment }),
    },
  };
}

/** The same plan with its end, and its drops of the rate, so much earlier. */
export function shortened(patch: ConfigPatch, steps: number): ConfigPatch {
  const { learningRate, steps: planned = steps } = patch.training ?? {};
  const sooner = (step: number) => Math.round((step * steps) / planned);
  return {
    ...patch,
    training: {
      ...patch.training,
      steps,
      ...(typeof learningRate === 'object'
        ? {
            learningRate: {
              ...learningRate,
              warmupSteps: sooner(learningRate.warmupSteps),
              drops: learningRate.drops.map(sooner),
            },
          }
        : {}),
    },
  };
}

export interface Plan {
  /** Milliseconds of training all runs to their ends. */
  readonly ms: number;
  /** Where that is too long: steps of one digit and zeros with which it is not, if there are any. */
  readonly shorter: { readonly steps: number; readonly ms: number } | null;
}

/**
 * The plan once the selected run is edited; null before the adapter has been measured, and while the edits that wait in
 * another run can't be built.
 */
export function planWith(
  patch: ConfigPatch,
  state: Rated & Pick<PageState, 'runs' | 'selected'>,
): Plan | null {
  let [othersMs, stepMs, steps] = [0, 0, 0];
  for (const { id, config, draft } of state.runs) {
    const now = draft ?? config;
    const isEdited = id === state.selected;
    const planned = isEdited ? applyPatch(now, patch) : now;
    const canBuild = Object.keys(configErrors(planned)).length === 0;
    const time = canBuild ? plannedTime(planned, state) : null;
    if (time === null) return null;
    if (isEdited) [stepMs, steps] = [time.stepMs, planned.training.steps];
    else othersMs += time.wholeMs;
  }
  const ms = othersMs + steps * stepMs;
  const fit = (LONG_MS - othersMs) / stepMs;
  if (ms <= LONG_MS || fit < FEWEST) return { ms, shorter: null };
  const digit = 10 ** Math.floor(Math.log10(fit));
  const fewer = Math.floor(fit / digit) * digit;
  return { ms, shorter: { steps: fewer, ms: othersMs + fewer * stepMs } };
}

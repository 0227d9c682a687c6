/** Edits of run configs, as pure functions: what the builder's controls and the shortcut arcs do. */
import { DATA_SOURCES } from '../data/dataSources.ts';
import { blockNames } from '../model/builder.ts';
import type { DataConfig, ModelConfig, RunConfig, TrainingConfig } from '../model/config.ts';
import { withoutDefaults } from '../model/defaults.ts';
import { isAdam, type OptimizerConfig } from '../model/optimizer.ts';
import { applyChange, type RunEdit } from '../training/changes.ts';
import { scaleLearningRate } from '../training/schedule.ts';

/** Whether two configs are the same run, in whatever order and however much they leave out. */
export function sameConfig(a: RunConfig, b: RunConfig): boolean {
  return a === b || canonical(withoutDefaults(a)) === canonical(withoutDefaults(b));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  );
}

/** Fields to replace. `undefined` leaves out a field that may be left out. */
export interface ConfigPatch {
  readonly model?: FieldsOf<ModelConfig>;
  readonly training?: FieldsOf<TrainingConfig>;
  readonly data?: FieldsOf<DataConfig>;
}

/** Some of the fields. */
export type FieldsOf<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Training fields that runs in lockstep share, because they share each batch. */
const SHARED_TRAINING = ['seed', 'batchSize', 'steps', 'augment', 'mixup'] as const;

/** Whether the block's input reaches its output past the branch. */
export function hasShortcut(model: ModelConfig, block: string): boolean {
  return model.shortcuts && !model.cutShortcuts.includes(block);
}

/**
 * The config with the patch in place. Cuts of blocks that no longer exist are dropped; a network that had as many classes
 * as its images, or those of images of one's own, has as many as the new ones. What goes without saying is left out.
 */
export function applyPatch(config: RunConfig, patch: ConfigPatch): RunConfig {
  const model = patched(config.model, patch.model);
  const data = patched(config.data, patch.data);
  const blocks = new Set(blockNames(model));
  const [before, after] = [config, { data }].map(({ data }) => DATA_SOURCES[data.source].classes);
  const follows = (before === null || model.classes === before) && before !== after;
  return withoutDefaults({
    version: 1,
    model: {
      ...model,
      classes: follows ? (after ?? model.classes) : model.classes,
      cutShortcuts: model.cutShortcuts.filter((cut) => blocks.has(cut)),
    },
    training: patched(config.training, patch.training),
    data,
  });
}

/** `fields` with those of `patch` in their place; those that are undefined are left out. */
function patched<T extends object>(fields: T, patch: FieldsOf<T> = {}): T {
  const entries = Object.entries({ ...fields, ...patch }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(entries) as T;
}

/**
 * The part of a patch that a run beside the edited one takes over: always the data and what decides the batches; with
 * `linked`, everything but the shortcuts, so that the runs stay twins.
 */
export function sharedPart(patch: ConfigPatch, linked: boolean): ConfigPatch {
  const data = patch.data === undefined ? {} : { data: patch.data };
  if (linked) {
    const { shortcuts: _, cutShortcuts: __, ...model } = patch.model ?? {};
    return { ...data, model, training: patch.training ?? {} };
  }
  // Runs that share images share their size, and the classes that come with images of one's own.
  const { inputSize, classes } = patch.model ?? {};
  const model = {
    ...(inputSize === undefined ? {} : { inputSize }),
    ...(classes === undefined || patch.data?.imagesSha256 === undefined ? {} : { classes }),
  };
  const training: Partial<TrainingConfig> = Object.fromEntries(
    Object.entries(patch.training ?? {}).filter(([key]) =>
      SHARED_TRAINING.some((shared) => shared === key),
    ),
  );
  return { ...data, model, training };
}

/** The config as it will be once the worker has made the changes; one it would refuse is passed over. */
export function withPending(config: RunConfig, pending: readonly RunEdit[]): RunConfig {
  return pending.reduce((before, change) => {
    try {
      return applyChange(before, change).config;
    } catch {
      return before;
    }
  }, config);
}

/** Rates that serve alike. Adam moves every weight by about its rate, Muon a filter by as much as its norm allows. */
const RATES = { sgd: 1, adam: 0.01, adamw: 0.01, muon: 0.2 } as const;

/** Another optimizer, at a rate that suits it as the present one suits the other. */
export function withOptimizer(
  { optimizer, learningRate }: TrainingConfig,
  type: OptimizerConfig['type'],
): Partial<TrainingConfig> {
  const { type: before, momentum, weightDecay, nesterov, ...adam } = optimizer;
  const isSame = RATES[type] === RATES[before];
  return {
    optimizer: isAdam({ type })
      ? { type, momentum, nesterov: false, weightDecay, ...adam }
      : { type, momentum, nesterov, weightDecay },
    learningRate: isSame
      ? learningRate
      : scaleLearningRate(learningRate, RATES[type] / RATES[before]),
  };
}

/** Learning rate at step 0, warm-up aside. */
export function baseLearningRate(learningRate: TrainingConfig['learningRate']): number {
  return typeof learningRate === 'number' ? learningRate : learningRate.base;
}

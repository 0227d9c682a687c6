/** What an edit of a field does to runs that have been trained. */
import { CONFIG_FIELDS, SCHEDULE, WARM_UP } from '../app/configFields.ts';
import type { ConfigField } from '../app/fieldKinds.ts';
import { withPending } from '../app/edit.ts';
import type { PageState } from '../app/state.ts';
import { usePage } from './context.ts';

/** Of the fields of a run's config, those that take effect between two steps. All others start the runs again. */
const LIVE: ReadonlySet<string> = new Set([
  CONFIG_FIELDS.learningRate.field,
  CONFIG_FIELDS.steps.field,
  CONFIG_FIELDS.testViews.field,
]);

const isOfConfig = (field: string): boolean => /^(model|training|data)\./.test(field);

/** The field of the config that an input edits. */
const fieldOf = (field: string): ConfigField | undefined =>
  Object.values<ConfigField>(CONFIG_FIELDS).find((known) =>
    field === SCHEDULE.field || field === WARM_UP.field
      ? known === CONFIG_FIELDS.learningRate
      : field.startsWith('data.std') || field === 'data.normalization'
        ? known === CONFIG_FIELDS.imageNormalization
        : known.field === field,
  );

interface EditEffect {
  /** An edit starts the runs again at step 0. */
  readonly restarts: boolean;
  /** What the selected run trains with, where an edit waits for the runs to start again; null: none does. */
  readonly inTraining: string | null;
}

const NONE: EditEffect = { restarts: false, inTraining: null };

function effectOf(field: string, { stepsDone, runs, selected }: PageState): EditEffect {
  if (stepsDone === 0 || !isOfConfig(field)) return NONE;
  const run = runs.find(({ id }) => id === selected);
  const known = fieldOf(field);
  const now = run === undefined ? null : withPending(run.config, run.pending);
  const waits =
    run?.draft != null && now !== null && known !== undefined
      ? known.show(run.draft) !== known.show(now)
      : false;
  return {
    restarts: !LIVE.has(field),
    inTraining: waits && now !== null && known !== undefined ? known.show(now) : null,
  };
}

export const useEditEffect = (field: string): EditEffect =>
  usePage((state) => effectOf(field, state));

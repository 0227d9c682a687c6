import { Suspense } from 'react';
import { CONFIG_FIELDS, SCHEDULE, WARM_UP } from '../../app/configFields.ts';
import { baseLearningRate, type FieldsOf, withOptimizer } from '../../app/edit.ts';
import type { RunView } from '../../app/state.ts';
import { longerNote } from '../../app/trainLonger.ts';
import { flipsOf } from '../../app/trainingFields.ts';
import type { RunEdit } from '../../training/changes.ts';
import { ENGINE_NAMES } from '../../engine/engineNames.ts';
import type { LearningRate, Schedule, TrainingConfig } from '../../model/config.ts';
import { isAdam } from '../../model/optimizer.ts';
import { useBuilder, usePage } from '../context.ts';
import { NumberField, SelectField, SwitchField } from '../fields.tsx';
import { LazyDetails } from '../LazyDetails.tsx';
import { lazily } from '../lazily.tsx';
import { t } from '../../text/t.ts';

const MinutesPlan = lazily(
  () => import('./MinutesPlan.tsx'),
  ({ MinutesPlan }) => MinutesPlan,
);

const RecipeFields = lazily(
  () => import('./RecipeFields.tsx'),
  ({ RecipeFields }) => RecipeFields,
);

type ScheduleName = 'constant' | Schedule['type'];

const scheduleOf = (rate: LearningRate): ScheduleName =>
  typeof rate === 'number' ? 'constant' : rate.type;

function withSchedule(rate: LearningRate, name: ScheduleName, steps: number): LearningRate {
  const base = baseLearningRate(rate);
  if (name === 'constant') return base;
  const warmupSteps = typeof rate === 'number' ? 0 : rate.warmupSteps;
  // The paper drops the rate after one half and three quarters of its 64,000 steps.
  return {
    type: name,
    base,
    warmupSteps,
    drops: [Math.round(steps / 2), Math.round(steps * 0.75)],
  };
}

function warmUpHint({ type, warmupSteps }: Schedule): string | undefined {
  if (type !== 'oneCycle') return undefined;
  return warmupSteps === 0
    ? t`0: over the first three tenths of the steps.`
    : t`Steps over which the rate rises.`;
}

/** Also where a batch too large to build was typed, so its size bounds no loop and no list. */
const LARGEST_LISTED = 1024;

/** The sizes that divide the batch, and the one that is set. */
function microBatchOptions({ batchSize, microBatchSize }: TrainingConfig): [string, string][] {
  const largest = Math.max(0, Math.min(Math.floor(batchSize), LARGEST_LISTED));
  const sizes = Array.from({ length: largest }, (_, i) => largest - i).filter(
    (size) => batchSize % size === 0 || size === microBatchSize,
  );
  if (typeof microBatchSize === 'number' && microBatchSize > batchSize)
    sizes.unshift(microBatchSize);
  return [
    ['auto', t`as needed`],
    ...sizes.map((size): [string, string] => [
      String(size),
      size >= batchSize ? t`whole batch (${size})` : t`${size} images`,
    ]),
  ];
}

export function TrainingFields({ run, training }: { run: RunView; training: TrainingConfig }) {
  const builder = useBuilder();
  const { longer, linked, runs } = usePage((state) => ({
    // Not the steps themselves, which would draw all this four times a second.
    longer:
      state.stepsDone > 0
        ? longerNote(
            state.runs.map(({ config }) => config.training),
            state.stepsDone,
          )
        : undefined,
    linked: state.linked,
    runs: state.runs,
  }));
  const isTrained = longer !== undefined;
  const { learningRate, optimizer, augment } = training;
  const edit = (patch: FieldsOf<TrainingConfig>) => builder.edit({ training: patch });
  const change = (made: RunEdit) => {
    for (const { id } of linked ? runs : [run]) builder.change(id, made);
  };
  const setBase = (base: number) => {
    if (!isTrained) {
      edit({ learningRate: typeof learningRate === 'number' ? base : { ...learningRate, base } });
      return;
    }
    change({ kind: 'learningRate', learningRate: base });
  };
  return (
    <>
      <h3>{t`Training`}</h3>
      <LazyDetails summary={t`The minutes I have`}>
        {() => (
          <Suspense>
            <MinutesPlan />
          </Suspense>
        )}
      </LazyDetails>
      <div className="fields">
        <NumberField
          {...CONFIG_FIELDS.learningRate}
          value={baseLearningRate(learningRate)}
          hint={
            isTrained ? t`Takes effect with the next step and is marked on the charts.` : undefined
          }
          onChange={setBase}
        />
        <SelectField
          {...SCHEDULE}
          value={scheduleOf(learningRate)}
          onChange={(name) =>
            edit({ learningRate: withSchedule(learningRate, name, training.steps) })
          }
        />
        {typeof learningRate === 'object' && (
          <NumberField
            {...WARM_UP}
            value={learningRate.warmupSteps}
            hint={warmUpHint(learningRate)}
            onChange={(warmupSteps) => edit({ learningRate: { ...learningRate, warmupSteps } })}
          />
        )}
        <NumberField
          {...CONFIG_FIELDS.batchSize}
          value={training.batchSize}
          onChange={(batchSize) => edit({ batchSize })}
        />
        <NumberField
          {...CONFIG_FIELDS.steps}
          value={training.steps}
          hint={longer}
          onChange={(steps) => edit({ steps })}
        />
        <SelectField
          {...CONFIG_FIELDS.optimizer}
          value={optimizer.type}
          onChange={(type) => edit(withOptimizer(training, type))}
        />
        <NumberField
          {...CONFIG_FIELDS.momentum}
          value={optimizer.momentum}
          onChange={(momentum) => edit({ optimizer: { ...optimizer, momentum } })}
        />
        <NumberField
          {...CONFIG_FIELDS.weightDecay}
          value={optimizer.weightDecay}
          onChange={(weightDecay) => edit({ optimizer: { ...optimizer, weightDecay } })}
        />
        <NumberField
          {...CONFIG_FIELDS.labelSmoothing}
          value={training.labelSmoothing}
          onChange={(labelSmoothing) => edit({ labelSmoothing })}
        />
        <NumberField
          {...CONFIG_FIELDS.seed}
          value={training.seed}
          onChange={(seed) => edit({ seed })}
        />
        <div className="wide">
          <SelectField
            {...CONFIG_FIELDS.microBatchSize}
            value={String(training.microBatchSize)}
            options={microBatchOptions(training)}
            onChange={(size) => edit({ microBatchSize: size === 'auto' ? 'auto' : Number(size) })}
          />
        </div>
        <SelectField
          {...CONFIG_FIELDS.flip}
          value={flipsOf(training)}
          onChange={(flips) =>
            edit({
              augment: { ...augment, flip: flips === 'alternating' ? flips : flips === 'on' },
            })
          }
        />
        <PrecisionField
          precision={training.precision}
          onChange={(precision) => edit({ precision })}
        />
        <ArithmeticField
          arithmetic={training.arithmetic}
          onChange={(arithmetic) => edit({ arithmetic })}
        />
        <SwitchField
          {...CONFIG_FIELDS.crop}
          checked={augment.crop}
          onChange={(crop) => edit({ augment: { ...augment, crop } })}
        />
        {!isAdam(optimizer) && (
          <SwitchField
            {...CONFIG_FIELDS.nesterov}
            checked={optimizer.nesterov}
            onChange={(nesterov) => edit({ optimizer: { ...optimizer, nesterov } })}
          />
        )}
      </div>
      <LazyDetails summary={t`Further recipes: rates by group, averages, mixup, test views`}>
        {() => (
          <Suspense>
            <RecipeFields
              training={training}
              edit={edit}
              setTestViews={(testViews) =>
                isTrained ? change({ kind: 'testViews', testViews }) : edit({ testViews })
              }
            />
          </Suspense>
        )}
      </LazyDetails>
    </>
  );
}

type Precision = TrainingConfig['precision'];

function PrecisionField(props: {
  readonly precision: Precision;
  readonly onChange: (precision: Precision) => void;
}) {
  const why = usePage(({ engine }) => engine?.noHalfPrecision ?? null);
  return (
    <div className="wide">
      <SelectField
        {...CONFIG_FIELDS.precision}
        value={props.precision}
        disabled={why === null ? [] : ['half']}
        hint={why === null ? t`Half stores activations in two bytes instead of four.` : t`${why}.`}
        onChange={props.onChange}
      />
    </div>
  );
}

type ArithmeticChoice = TrainingConfig['arithmetic'];

const ARITHMETIC_HINTS: Readonly<Record<ArithmeticChoice, string>> = {
  auto: t`Exact gives the same bits on every machine, so that others can verify the run; fast fuses multiplications and additions.`,
  exact: t`The same bits on every machine: others can verify the finished run.`,
  fast: t`Multiplications and additions fused: the same bits on the same machine.`,
};

function ArithmeticField(props: {
  readonly arithmetic: ArithmeticChoice;
  readonly onChange: (arithmetic: ArithmeticChoice) => void;
}) {
  const engine = usePage((state) => state.engine);
  const hasNoChoice = engine?.arithmetics.length === 0;
  const lacksFast = engine?.arithmetics.includes('fast') === false && !hasNoChoice;
  return (
    <div className="wide">
      <SelectField
        {...CONFIG_FIELDS.arithmetic}
        value={props.arithmetic}
        disabled={lacksFast ? ['fast'] : []}
        hint={
          hasNoChoice
            ? t`${ENGINE_NAMES[engine.id]}: no choice. It takes effect with ${ENGINE_NAMES.cpu}.`
            : ARITHMETIC_HINTS[props.arithmetic]
        }
        onChange={props.onChange}
      />
    </div>
  );
}

import type { LearningRate, TrainingConfig } from '../../model/config.ts';
import { baseLearningRate } from '../../app/edit.ts';
import type { RunView } from '../../app/state.ts';
import { useBuilder, usePage } from '../context.ts';
import { NumberField, SelectField, SwitchField } from '../fields.tsx';

type ScheduleName = 'constant' | 'step' | 'cosine';

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
    ['auto', 'as needed'],
    ...sizes.map((size): [string, string] => [
      String(size),
      size >= batchSize ? `whole batch (${size})` : `${size} images`,
    ]),
  ];
}

export function TrainingFields({ run, training }: { run: RunView; training: TrainingConfig }) {
  const builder = useBuilder();
  const { isTrained, linked, runs } = usePage((state) => ({
    isTrained: state.stepsDone > 0,
    linked: state.linked,
    runs: state.runs,
  }));
  const { learningRate, optimizer, augment } = training;
  const edit = (patch: Partial<TrainingConfig>) => builder.edit({ training: patch });
  const setBase = (base: number) => {
    if (!isTrained) {
      edit({ learningRate: typeof learningRate === 'number' ? base : { ...learningRate, base } });
      return;
    }
    const concerned = linked ? runs : [run];
    for (const { id } of concerned) {
      builder.change(id, { kind: 'learningRate', learningRate: base });
    }
  };
  return (
    <>
      <h3>Training</h3>
      <div className="fields">
        <NumberField
          label="Learning rate"
          field="training.learningRate"
          value={baseLearningRate(learningRate)}
          hint={
            isTrained ? 'Takes effect with the next step and is marked on the charts.' : undefined
          }
          onChange={setBase}
        />
        <SelectField
          label="Schedule"
          field="training.schedule"
          value={scheduleOf(learningRate)}
          options={[
            ['constant', 'constant'],
            ['step', 'a tenth at ½ and ¾'],
            ['cosine', 'cosine'],
          ]}
          onChange={(name) =>
            edit({ learningRate: withSchedule(learningRate, name, training.steps) })
          }
        />
        <NumberField
          label="Batch size"
          field="training.batchSize"
          value={training.batchSize}
          onChange={(batchSize) => edit({ batchSize })}
        />
        <NumberField
          label="Steps"
          field="training.steps"
          value={training.steps}
          onChange={(steps) => edit({ steps })}
        />
        <NumberField
          label="Momentum"
          field="training.optimizer.momentum"
          value={optimizer.momentum}
          onChange={(momentum) => edit({ optimizer: { ...optimizer, momentum } })}
        />
        <NumberField
          label="Weight decay"
          field="training.optimizer.weightDecay"
          value={optimizer.weightDecay}
          onChange={(weightDecay) => edit({ optimizer: { ...optimizer, weightDecay } })}
        />
        <NumberField
          label="Label smoothing"
          field="training.labelSmoothing"
          value={training.labelSmoothing}
          onChange={(labelSmoothing) => edit({ labelSmoothing })}
        />
        <NumberField
          label="Seed"
          field="training.seed"
          value={training.seed}
          hint="Same seed: same first weights, same batches."
          onChange={(seed) => edit({ seed })}
        />
        <div className="wide">
          <SelectField
            label="Micro-batches"
            field="training.microBatchSize"
            value={String(training.microBatchSize)}
            options={microBatchOptions(training)}
            hint="For batches too large for memory. BatchNorm sees one at a time."
            onChange={(size) => edit({ microBatchSize: size === 'auto' ? 'auto' : Number(size) })}
          />
        </div>
        <PrecisionField
          precision={training.precision}
          onChange={(precision) => edit({ precision })}
        />
        <SwitchField
          label="Random crops"
          field="training.augment.crop"
          checked={augment.crop}
          onChange={(crop) => edit({ augment: { ...augment, crop } })}
        />
        <SwitchField
          label="Random flips"
          field="training.augment.flip"
          checked={augment.flip}
          onChange={(flip) => edit({ augment: { ...augment, flip } })}
        />
        <SwitchField
          label="Nesterov momentum"
          field="training.optimizer.nesterov"
          checked={optimizer.nesterov}
          onChange={(nesterov) => edit({ optimizer: { ...optimizer, nesterov } })}
        />
      </div>
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
        label="Precision"
        field="training.precision"
        value={props.precision}
        options={[
          ['single', 'single'],
          ['half', 'half, for activations'],
        ]}
        disabled={why === null ? [] : ['half']}
        hint={
          why === null
            ? 'Half stores activations in two bytes instead of four.'
            : `${why}: single only.`
        }
        onChange={props.onChange}
      />
    </div>
  );
}

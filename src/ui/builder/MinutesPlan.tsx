/** “The minutes I have”: as many steps as fit into them, and a schedule that ends with the steps. */
import { useState } from 'react';
import {
  epochsOf,
  fitted,
  type FittedSchedule,
  stepMsOfAll,
  stepsWithin,
} from '../../app/minutesPlan.ts';
import { PUBLISHED_LADDER } from '../../app/publishedEpochs.ts';
import { areAllOver } from '../../app/state.ts';
import { longerNote } from '../../app/trainLonger.ts';
import { OVERHEAD } from '../../app/trainingTime.ts';
import { formatCount, formatDuration, formatValue } from '../../charts/format.ts';
import { useBuilder, usePage } from '../context.ts';
import { NumberField, SelectField } from '../fields.tsx';
import { sentences } from '../../text/sentences.ts';
import { t } from '../../text/t.ts';

const SCHEDULES: readonly (readonly [FittedSchedule, string])[] = [
  ['linear', t`linear to zero`],
  ['oneCycle', t`1-cycle`],
];

const SCHEDULE_HINTS: Readonly<Record<FittedSchedule, string>> = {
  linear: t`Robust for any number of steps (Li et al. 2020, “Budgeted Training”).`,
  oneCycle: t`Up to the learning rate, then down; often tolerates a higher rate (Smith & Topin 2018).`,
};

/** In minutes; a plan beyond a month is a typing error. */
const MOST_MINUTES = 43_200;

export function MinutesPlan() {
  const builder = useBuilder();
  const state = usePage(({ gflops, engine, adapter, paceRatio, runs, stepsDone, throughput }) => ({
    ...{ gflops, engine, adapter, paceRatio, runs },
    isTrained: stepsDone > 0,
    // Two digits, so that it is not all drawn anew four times a second.
    madeStepMs:
      stepsDone > 0 && throughput !== null ? Number(throughput.stepMs.toPrecision(2)) : null,
  }));
  const [minutes, setMinutes] = useState(10);
  const [schedule, setSchedule] = useState<FittedSchedule>('linear');
  const { runs, isTrained, madeStepMs } = state;
  const isMeasured = madeStepMs !== null || state.paceRatio !== null;
  const configs = runs.map(({ config }) => config);
  const [first] = configs;
  const isWrong = !(minutes > 0 && minutes <= MOST_MINUTES);
  const stepMs = stepMsOfAll(configs, state, madeStepMs);
  if (first === undefined) return null;
  if (stepMs === null) return <p className="hint">{t`The adapter has not been measured yet.`}</p>;

  const made = () => {
    const latest = runs.map(({ id }) => builder.session.history(id).latest);
    return {
      steps: Math.max(0, ...latest.map((step) => (step?.step ?? -1) + 1)),
      // Tests are not in the runs' own time.
      ms: OVERHEAD * Math.max(0, ...latest.map((step) => step?.elapsedMs ?? 0)),
    };
  };
  const steps = isWrong ? 0 : stepsWithin(minutes, stepMs, isTrained ? made() : undefined);
  const apply = () => {
    if (isTrained) builder.edit({ training: { steps: stepsWithin(minutes, stepMs, made()) } });
    else builder.editEach(({ training }) => ({ training: fitted(training, steps, schedule) }));
  };
  return (
    <div className="column">
      <div className="fields">
        <NumberField
          label={t`Minutes`}
          field="minutes"
          value={minutes}
          fault={isWrong ? t`Must be above 0 and at most ${formatCount(MOST_MINUTES)}.` : null}
          onChange={setMinutes}
        />
        {!isTrained && (
          <SelectField
            label={t`Schedule that ends with them`}
            field="minutesSchedule"
            value={schedule}
            options={SCHEDULES}
            hint={SCHEDULE_HINTS[schedule]}
            onChange={setSchedule}
          />
        )}
      </div>
      {!isWrong && (
        <>
          <p className="hint">
            {sentences(
              paceText(stepMs, isMeasured, runs.length),
              isTrained
                ? t`In ${formatDuration(60_000 * minutes)} from their start, pauses not counted, the runs make about ${formatCount(steps)} steps, ${epochsText(epochsOf(first, steps))}.`
                : t`In ${formatDuration(60_000 * minutes)} they make about ${formatCount(steps)} steps, ${epochsText(epochsOf(first, steps))}.`,
            )}
          </p>
          <div className="row">
            <button type="button" disabled={isTrained && areAllOver(runs)} onClick={apply}>
              {isTrained ? t`Fit what is left` : t`Fit to the minutes`}
            </button>
          </div>
          {isTrained && (
            <p className="hint">
              {longerNote(
                runs.map(({ config }) => config.training),
                made().steps,
              )}
            </p>
          )}
          {first.data.source === 'cifar10' && <p className="hint">{ORIENTATION}</p>}
        </>
      )}
    </div>
  );
}

function paceText(stepMs: number, isMeasured: boolean, runs: number): string {
  const time = formatDuration(stepMs);
  if (isMeasured)
    return runs === 1
      ? t`A step takes ${time} here with its share of tests, by what was measured.`
      : t`A step of all ${runs} runs takes ${time} here with its share of tests, by what was measured.`;
  const estimate =
    runs === 1
      ? t`A step should take ${time}, estimated from the layers and the rate of this adapter.`
      : t`A step of all ${runs} runs should take ${time}, estimated from the layers and the rate of this adapter.`;
  return sentences(
    estimate,
    t`Before the first steps have been made this may be off by a factor of two, and by more in very small networks; after some twenty of them, open this again and fit what is left.`,
  );
}

function epochsText(epochs: number): string {
  return epochs < 1
    ? t`which show ${formatValue(Number((100 * epochs).toPrecision(2)))} % of the training images`
    : t`which show every training image ${formatValue(Number(epochs.toPrecision(2)))} times`;
}

const [baseline] = PUBLISHED_LADDER;
const fastest = PUBLISHED_LADDER.at(-1) ?? baseline;

/** What is known, of other nets: nothing here is a forecast. */
const ORIENTATION = t`What accuracy they reach is not known beforehand. For orientation, published for all 50,000 images in full size: 94 % after ${baseline.epochs} epochs with a good schedule, after ${fastest.epochs} with every recipe of airbench94 and Muon, in a plain net of about eight wide layers; 94 % after 24 in davidcpage’s ResNet-9; 91.25 % in ResNet-20 and 93.03 % in ResNet-56 after 64,000 steps of 128 (He et al. 2015). With fewer or smaller images, or a narrower net, expect less.`;

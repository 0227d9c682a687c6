/** How far each arm of an experiment is, and how long the rest will take. */

import { armWords } from '../../app/experiments/armWords.ts';
import type { Arm, Experiment } from '../../app/experiments/experiment.ts';
import { workOf } from '../../app/experiments/runner.ts';
import type { ExperimentState } from '../../app/experiments/state.ts';
import { timeOf } from '../../app/experiments/time.ts';
import { isAtRest } from '../../app/state.ts';
import { formatCount } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import { usePage, useSession } from '../context.ts';
import { DepthsSoFar } from './DepthsSoFar.tsx';
import { timeText } from './timeText.ts';
import { useAdapterSpeed, useRunner } from './useRunner.ts';
import { t } from '../../text/t.ts';

interface ProgressProps {
  readonly experiment: Experiment;
  readonly state: ExperimentState;
  readonly arms: readonly Arm[];
}

export function Progress({ experiment, state, arms }: ProgressProps) {
  const session = useSession();
  const runner = useRunner();
  const speed = useAdapterSpeed();
  const { isResting, canTrain, stepMs } = usePage(
    ({ phase, rests, throughput, unsupported, version }) => ({
      isResting: isAtRest({ phase, rests }),
      canTrain: phase !== 'opening' && unsupported === null,
      stepMs: throughput?.stepMs ?? null,
      version,
    }),
  );
  const left = arms.filter(({ id }) => state.results[id] === undefined);
  const done = (arm: Arm): number => {
    if (state.results[arm.id] !== undefined) return arm.config.training.steps;
    const id = state.live[arm.id];
    return id === undefined ? 0 : (session.history(id).latest?.step ?? -1) + 1;
  };
  const isRunning = state.status === 'running';
  const isPaused = isRunning && isResting;
  const remaining = Math.max(0, ...left.map((arm) => arm.config.training.steps - done(arm)));
  const estimate = speed === null ? null : timeOf(workOf(experiment.id, state.size), left, speed);
  const isMeasured = isRunning && stepMs !== null && left.some((arm) => done(arm) > 2);
  const leftMs = remaining * (stepMs ?? 0) * 1.1;
  const time = isMeasured
    ? t`${timeText({ lowMs: leftMs, highMs: leftMs, isMeasured })} left`
    : estimate !== null && t`${timeText(estimate)} on this adapter`;
  return (
    <div className="progress">
      <ul>
        {arms.map((arm, colourIndex) => (
          <li key={arm.id}>
            <span className="swatch" style={{ background: runColour(colourIndex) }} />
            <label htmlFor={`arm-${arm.id}`}>{armWords(arm.name)}</label>
            <progress id={`arm-${arm.id}`} value={done(arm)} max={arm.config.training.steps} />
            <span className="faint">
              {state.results[arm.id] === undefined
                ? t`${formatCount(done(arm))} of ${formatCount(arm.config.training.steps)} steps`
                : t`done`}
            </span>
          </li>
        ))}
      </ul>
      {experiment.figure.type === 'depths' && (
        <DepthsSoFar title={experiment.title} state={state} lines={experiment.figure.lines} />
      )}
      {state.note !== null && (
        <p className="warn">{t`${state.note} Finished networks are kept.`}</p>
      )}
      <div className="row">
        {isRunning && !isPaused ? (
          <button
            type="button"
            onClick={() => session.send({ type: 'pause' })}
          >{t`Pause experiment`}</button>
        ) : (
          <button
            type="button"
            className="primary"
            disabled={!canTrain}
            onClick={() => runner.resume()}
          >
            {state.status === 'offered' ? t`Start experiment` : t`Continue experiment`}
          </button>
        )}
        <span className="hint">{isPaused ? t`Paused.` : time}</span>
      </div>
    </div>
  );
}

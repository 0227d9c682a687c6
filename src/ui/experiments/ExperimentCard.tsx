/** The experiment on the page: what to look for, its progress, and its result. */
import { useEffect } from 'react';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import { armsOf, experimentOf } from '../../app/experiments/registry.ts';
import { usePage } from '../context.ts';
import { ArmSwitches } from './ArmSwitches.tsx';
import { Progress } from './Progress.tsx';
import { Result } from './Result.tsx';
import { SIZE_NAMES } from './timeText.ts';
import { useRunner } from './useRunner.ts';
import './experiments.css';
import { t } from '../../text/t.ts';

export function ExperimentCard() {
  const runner = useRunner();
  const state = usePage((page) => page.experiment);
  const isRevived = state === null || (state.status !== 'offered' && state.unread.length === 0);
  useEffect(() => {
    if (!isRevived) void runner.revive();
  }, [runner, isRevived]);
  const experiment = state === null ? null : experimentOf(state.id);
  if (state === null) return null;
  if (experiment === null) {
    return (
      <section className="column experiment" aria-label={t`Experiment`}>
        <p className="warn">{t`There is no experiment “${state.id}”: the address may belong to another version of this page. Everything else in the address was applied.`}</p>
        <div className="row">
          <button type="button" onClick={() => runner.leave()}>{t`Close`}</button>
        </div>
      </section>
    );
  }
  const arms = armsOf(state);
  const results = arms.flatMap(({ id }) => {
    const result: ArmResult | undefined = state.results[id];
    return result === undefined ? [] : [result];
  });
  const isFinished = state.status === 'finished' && results.length === arms.length;
  return (
    <section className="column experiment" aria-label={t`Experiment: ${experiment.title}`}>
      <header>
        <p className="eyebrow">{t`Experiment · ${SIZE_NAMES[state.size]}`}</p>
        <h2>{experiment.title}</h2>
        <button
          type="button"
          className="quiet"
          aria-label={t`Leave the experiment`}
          onClick={() => runner.leave()}
        >
          ×
        </button>
      </header>
      <p className="question">{experiment.question}</p>
      {isFinished ? (
        <details>
          <summary>{t`What to look for`}</summary>
          <p>{experiment.lookFor}</p>
        </details>
      ) : (
        <>
          <p className="look-for">{experiment.lookFor}</p>
          <p className="hint">
            {SIZE_NAMES[state.size]}: {experiment.scale[state.size]}
          </p>
        </>
      )}
      {isFinished ? (
        <Result experiment={experiment} state={state} results={results} />
      ) : (
        <>
          {state.status === 'offered' && (
            <ArmSwitches
              {...{ experiment, without: state.without }}
              onChange={(without) => runner.choose(without)}
            />
          )}
          <Progress experiment={experiment} state={state} arms={arms} />
        </>
      )}
    </section>
  );
}

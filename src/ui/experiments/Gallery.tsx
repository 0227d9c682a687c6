/** All experiments as tiles, each in three sizes with the time it takes here. */
import { useState } from 'react';
import type { Experiment } from '../../app/experiments/experiment.ts';
import { EXPERIMENTS } from '../../app/experiments/registry.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';
import { areAllOver } from '../../app/state.ts';
import { formatCount } from '../../charts/format.ts';
import { usePage } from '../context.ts';
import { DialogFrame, type DialogProps } from '../DialogFrame.tsx';
import { ExperimentTile } from './ExperimentTile.tsx';
import { SIZE_NAMES } from './timeText.ts';
import { useAdapterSpeed, useRunner } from './useRunner.ts';
import './experiments.css';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

interface Choice {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
  readonly without: readonly string[];
}

export function Gallery({ onClose, restoreFocus }: DialogProps) {
  const runner = useRunner();
  const speed = useAdapterSpeed();
  const [asked, setAsked] = useState<Choice | null>(null);
  const { steps, isUnfinished } = usePage(({ stepsDone, runs }) => ({
    steps: stepsDone,
    isUnfinished: stepsDone > 0 && !areAllOver(runs),
  }));
  const canRun = usePage(({ unsupported, phase }) => unsupported === null && phase !== 'opening');
  const start = ({ experiment, size, without }: Choice) => {
    void runner.start(experiment.id, size, false, without);
    onClose();
  };
  const choose = (choice: Choice) => {
    if (isUnfinished) setAsked(choice);
    else start(choice);
  };
  return (
    <DialogFrame
      {...{ onClose, restoreFocus }}
      title={t`Experiments`}
      className="gallery-dialog"
      description={
        speed?.machine === 'gpu'
          ? t`What the papers measured, repeated on this GPU. One click trains all networks of an experiment on CIFAR-10 and ends in a figure with the published numbers beside yours.`
          : t`What the papers measured, repeated on this processor. One click trains all networks of an experiment on CIFAR-10 and ends in a figure with the published numbers beside yours.`
      }
    >
      {asked === null ? (
        <ul className="experiment-tiles">
          {EXPERIMENTS.map((experiment) => (
            <ExperimentTile
              key={experiment.id}
              experiment={experiment}
              speed={speed}
              isEnabled={canRun}
              onChoose={(size, without) => choose({ experiment, size, without })}
            />
          ))}
        </ul>
      ) : (
        <div className="column replace" role="alert">
          <p>
            <Rich
              text={t`<b>${asked.experiment.title}, ${SIZE_NAMES[asked.size]}</b> replaces the runs here, which are at step ${formatCount(steps)} and not finished. They are kept as they are, under Runs.`}
              marks={{ b: (inner) => <strong>{inner}</strong> }}
            />
          </p>
          <div className="row">
            <button
              type="button"
              className="primary"
              onClick={() => start(asked)}
            >{t`Replace the runs`}</button>
            <button type="button" onClick={() => setAsked(null)}>{t`Back`}</button>
          </div>
        </div>
      )}
    </DialogFrame>
  );
}

/** All experiments as cards, each in three sizes with the time it takes here. */
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { formatCount } from '../../charts/format.ts';
import type { Experiment } from '../../app/experiments/experiment.ts';
import { EXPERIMENTS } from '../../app/experiments/registry.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';
import { usePage } from '../context.ts';
import { ExperimentTile } from './ExperimentTile.tsx';
import { useAdapterSpeed, useRunner } from './useRunner.ts';
import { SIZE_NAMES } from './timeText.ts';
import '../export/dialog.css';
import './experiments.css';

interface GalleryProps {
  readonly onClose: () => void;
  readonly restoreFocus: () => void;
}

interface Choice {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
}

/** Opens at once. */
export function Gallery({ onClose, restoreFocus }: GalleryProps) {
  const runner = useRunner();
  const speed = useAdapterSpeed();
  const [asked, setAsked] = useState<Choice | null>(null);
  const { steps, isUnfinished } = usePage(({ stepsDone, runs }) => ({
    steps: stepsDone,
    isUnfinished:
      stepsDone > 0 && runs.some(({ finished, diverged }) => !finished && diverged === null),
  }));
  const canRun = usePage(({ unsupported, phase }) => unsupported === null && phase !== 'opening');
  const start = ({ experiment, size }: Choice) => {
    void runner.start(experiment.id, size, false);
    onClose();
  };
  const choose = (choice: Choice) => {
    if (isUnfinished) setAsked(choice);
    else start(choice);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content
          className="dialog gallery"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            restoreFocus();
          }}
        >
          <header>
            <Dialog.Title>Experiments</Dialog.Title>
            <Dialog.Close className="quiet" aria-label="Close">
              ×
            </Dialog.Close>
          </header>
          <Dialog.Description className="hint">
            What the papers measured, repeated on this {speed?.isSoftware ? 'processor' : 'GPU'}:
            one click trains all nets of an experiment on CIFAR-10 and ends in a figure with the
            published numbers beside yours.
          </Dialog.Description>
          {asked === null ? (
            <ul className="experiment-tiles">
              {EXPERIMENTS.map((experiment) => (
                <ExperimentTile
                  key={experiment.id}
                  experiment={experiment}
                  speed={speed}
                  isEnabled={canRun}
                  onChoose={(size) => choose({ experiment, size })}
                />
              ))}
            </ul>
          ) : (
            <div className="replace" role="alert">
              <p>
                <strong>
                  {asked.experiment.title}, {SIZE_NAMES[asked.size]}
                </strong>{' '}
                puts its own runs in place of the ones here, which are at step {formatCount(steps)}{' '}
                and not finished. They are kept as they are, under Runs.
              </p>
              <div className="dialog-actions">
                <button type="button" className="primary" onClick={() => start(asked)}>
                  Replace the runs
                </button>
                <button type="button" onClick={() => setAsked(null)}>
                  Back
                </button>
              </div>
            </div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Once all runs are over: trains them longer. */
import type { RefObject } from 'react';
import { furtherSteps, longerNote } from '../app/trainLonger.ts';
import { formatCount } from '../charts/format.ts';
import { useBuilder, usePage } from './context.ts';

interface MoreStepsProps {
  readonly button: RefObject<HTMLButtonElement | null>;
  onClick(): void;
}

export function MoreSteps({ button, onClick }: MoreStepsProps) {
  const builder = useBuilder();
  const { isOver, longest } = usePage(({ runs }) => ({
    isOver:
      runs.some(({ finished }) => finished) &&
      runs.every(({ finished, diverged }) => finished || diverged !== null),
    longest: runs.reduce((longest, run) =>
      run.config.training.steps > longest.config.training.steps ? run : longest,
    ),
  }));
  if (!isOver) return null;
  const { steps, learningRate } = longest.config.training;
  const more = furtherSteps(steps);
  return (
    <button
      ref={button}
      type="button"
      className="more-steps"
      title={longerNote(learningRate, steps)}
      onClick={() => {
        onClick();
        builder.trainLonger(more);
      }}
    >
      Continue to {formatCount(steps + more)}
    </button>
  );
}

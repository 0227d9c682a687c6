/** Once all runs are over: trains them longer. */
import { furtherSteps, longerNote } from '../app/trainLonger.ts';
import { formatCount } from '../charts/format.ts';
import { useBuilder, usePage } from './context.ts';

export function MoreSteps({ onClick }: { onClick(): void }) {
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
      type="button"
      title={longerNote(learningRate, steps)}
      onClick={() => {
        onClick();
        builder.trainLonger(more);
      }}
    >
      {formatCount(more)} more {more === 1 ? 'step' : 'steps'}
    </button>
  );
}

/** Once all runs are over: trains them longer. */
import type { RefObject } from 'react';
import { areAllOver } from '../app/state.ts';
import { furtherSteps, longerNote } from '../app/trainLonger.ts';
import { formatCount } from '../charts/format.ts';
import { useBuilder, usePage } from './context.ts';
import { t } from '../text/t.ts';

interface MoreStepsProps {
  readonly button: RefObject<HTMLButtonElement | null>;
  onClick(): void;
}

export function MoreSteps({ button, onClick }: MoreStepsProps) {
  const builder = useBuilder();
  const runs = usePage((state) => state.runs);
  const plans = runs.map(({ config }) => config.training);
  const steps = Math.max(...plans.map((plan) => plan.steps));
  const more = furtherSteps(steps);
  const isOffered = areAllOver(runs) && runs.some(({ finished }) => finished) && more > 0;
  if (!isOffered) return null;
  return (
    <button
      ref={button}
      type="button"
      className="more-steps"
      title={longerNote(plans, steps)}
      onClick={() => {
        onClick();
        builder.trainLonger(more);
      }}
    >{t`Continue to ${formatCount(steps + more)}`}</button>
  );
}

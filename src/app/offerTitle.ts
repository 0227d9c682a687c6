/** What an offered checkpoint is called. */
import type { CheckpointOffer } from '../training/protocol/events.ts';
import { t } from '../text/t.ts';

/** `ResNet-32 and Plain-32 at step 1,240 of 2,000`; of more than two runs the first is named. */
export function offerTitle({ runs }: CheckpointOffer, formatCount: (n: number) => string): string {
  const [first = '', second, ...others] = runs.map(({ name }) => name);
  const step = Math.max(0, ...runs.map((run) => run.step));
  const steps = Math.max(0, ...runs.map((run) => run.steps));
  const names =
    others.length > 0
      ? t`${first} and ${others.length + 1} more`
      : second === undefined
        ? first
        : t`${first} and ${second}`;
  return step >= steps
    ? t`${names}, finished at step ${formatCount(step)}`
    : t`${names}, at step ${formatCount(step)} of ${formatCount(steps)}`;
}

/** What an offered checkpoint is called. */
import type { CheckpointOffer } from '../training/protocol.ts';

/** `ResNet-32 and Plain-32 at step 1,240 of 2,000`; of more than two runs the first is named. */
export function offerTitle({ runs }: CheckpointOffer, formatCount: (n: number) => string): string {
  const [first, second, ...others] = runs.map(({ name }) => name);
  const step = Math.max(0, ...runs.map((run) => run.step));
  const steps = Math.max(0, ...runs.map((run) => run.steps));
  const names =
    others.length > 0
      ? `${first} and ${others.length + 1} more`
      : [first, second].filter((name) => name !== undefined).join(' and ');
  const where =
    step >= steps
      ? `finished at step ${formatCount(step)}`
      : `at step ${formatCount(step)} of ${formatCount(steps)}`;
  return `${names}, ${where}`;
}

/** Sizes and times in words. */
import { formatDuration } from '../../charts/format.ts';
import { EXPERIMENT_SIZES, type ExperimentSize } from '../../runs/experiments/experiment.ts';
import type { TimeRange } from '../../runs/experiments/time.ts';

export const SIZE_NAMES: Readonly<Record<ExperimentSize, string>> = {
  tiny: 'Tiny',
  small: 'Small',
  full: 'Full',
  paper: 'Paper',
};

/** In the gallery. A page opened with `?tiny` offers the size of a few steps, too: for tests, and to try things out. */
export function offeredSizes(): readonly ExperimentSize[] {
  const isTinyOffered = new URLSearchParams(location.search).has('tiny');
  return EXPERIMENT_SIZES.filter((size) => size !== 'tiny' || isTinyOffered);
}

/** `2–6 min`, `40 s – 2 min`, `about 3 min` */
export function timeText({ lowMs, highMs, isMeasured }: TimeRange): string {
  const [low, high] = [formatDuration(lowMs), formatDuration(highMs)];
  if (isMeasured || low === high) return `about ${formatDuration((lowMs + highMs) / 2)}`;
  const [lowValue = '', lowUnit] = low.split(' ');
  return lowUnit === high.split(' ')[1] ? `${lowValue}–${high}` : `${low} – ${high}`;
}

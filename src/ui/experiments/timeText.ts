/** Names of the sizes, and times as text. */
import { EXPERIMENT_SIZES, type ExperimentSize } from '../../app/experiments/sizes.ts';
import type { TimeRange } from '../../app/experiments/time.ts';
import { t } from '../../text/t.ts';

export const SIZE_NAMES: Readonly<Record<ExperimentSize, string>> = {
  tiny: t`Tiny`,
  small: t`Small`,
  full: t`Full`,
  paper: t`Paper`,
};

/** The sizes in the gallery. `?tiny` adds the size of a few steps, for tests and for trying things out. */
export function offeredSizes(): readonly ExperimentSize[] {
  const isTinyOffered = new URLSearchParams(location.search).has('tiny');
  return EXPERIMENT_SIZES.filter((size) => size !== 'tiny' || isTinyOffered);
}

const UNITS = [
  { name: t`s`, ms: 1000, until: 100 },
  { name: t`min`, ms: 60_000, until: 100 },
  { name: t`h`, ms: 3_600_000, until: 50 },
  { name: t`days`, ms: 86_400_000, until: 500 },
  { name: t`years`, ms: 365.25 * 86_400_000, until: Number.POSITIVE_INFINITY },
] as const;

/** As precise as an estimate is: at most two digits. */
const rounded = (value: number): string =>
  value < 10 ? String(Math.max(1, Math.round(value))) : String(Number(value.toPrecision(2)));

/** `2–6 min`, `about 3 min`, `under 5 s`: both ends in the unit of the upper one. */
export function timeText({ lowMs, highMs, isMeasured }: TimeRange): string {
  if (highMs < 5000) return t`under 5 s`;
  const { name, ms } = UNITS.find((unit) => highMs < unit.until * unit.ms) ?? UNITS[4];
  if (isMeasured) return t`about ${rounded((lowMs + highMs) / 2 / ms)} ${name}`;
  const [low, high] = [rounded(lowMs / ms), rounded(highMs / ms)];
  return low === high ? t`about ${high} ${name}` : `${low}–${high} ${name}`;
}

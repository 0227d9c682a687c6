/** Comparing the ends of arms, chance included, and writing numbers as the page does. */
import type { ArmResult } from './armResult.ts';
import { listed } from '../../text/language.ts';
import { t } from '../../text/t.ts';

/** `61.3 %`, which stays on one line. */
export const percent = (value: number): string => `${value.toFixed(1)}\u00a0%`;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Two significant digits: `1.2`, `0.034`, `130`, `3.2·10⁻⁵`. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return t`no finite number`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 10_000 && size >= 0.001) return String(Number(value.toPrecision(2)));
  const [digits = '', power = ''] = value.toExponential(1).split('e');
  const raised = power.replace('+', '').replace('-', '⁻');
  return `${digits}·10${raised.replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '')}`;
}

/** The arm's result. @throws Error where an experiment names an arm it does not have. */
export function armOf(results: readonly ArmResult[], arm: string): ArmResult {
  const found = results.find((result) => result.arm === arm);
  if (found === undefined) throw new Error(`no arm ${arm} in this experiment`);
  return found;
}

/** An error rate in per cent, and the images it was measured on. */
interface Measured {
  readonly error: number;
  readonly images: number;
}

/** Standard error of an error rate, in points: the chance of the images. */
function standardError({ error, images }: Measured): number {
  const share = Math.min(0.99, Math.max(0.01, error / 100));
  return 100 * Math.sqrt((share * (1 - share)) / Math.max(1, images));
}

/**
 * Two standard errors, in points, of a sum or difference of one run's error each: what the images and the seeds may do by
 * chance.
 * @param seedScatter standard deviation of such an error from seed to seed.
 */
export function chanceOf(seedScatter: number, ...errors: readonly Measured[]): number {
  return 2 * Math.hypot(...errors.flatMap((error) => [standardError(error), seedScatter]));
}

type Comparison = 'higher' | 'lower' | 'alike';

/** How `a`'s error rate compares with `b`'s: `alike` within chance. */
export function compareErrors(a: Measured, b: Measured, seedScatter: number): Comparison {
  const difference = a.error - b.error;
  if (Math.abs(difference) <= chanceOf(seedScatter, a, b)) return 'alike';
  return difference > 0 ? 'higher' : 'lower';
}

/** Training error at the end, or that it diverged: `61.3 %`, `diverged at step 40`. */
export function endText({ end, divergedAt }: ArmResult): string {
  return divergedAt === null ? percent(end.error) : t`diverged at step ${divergedAt}`;
}

/** Training errors at the end, of all of them. */
export const endsText = (results: readonly ArmResult[]): string =>
  t`Training error at the end: ${listed(results.map((result) => `${result.name} ${endText(result)}`))}.`;

/** Steps until the training error, averaged over 5 points of the curve, is at or below `error`; null: never. */
export function stepsTo({ curve }: ArmResult, error: number): number | null {
  const window = 5;
  for (let i = window - 1; i < curve.error.length; i++) {
    const part = curve.error.slice(i - window + 1, i + 1);
    if (part.reduce((sum, value) => sum + value, 0) / window <= error) return curve.step[i] ?? null;
  }
  return null;
}

/** Gradient norm of the first layer over that of the last convolution. */
export function firstToLast({ profile: { gradNorm } }: ArmResult): number {
  return (gradNorm[0] ?? Number.NaN) / (gradNorm.at(-2) ?? Number.NaN);
}

/** Test errors in the published table's order, of arms that were tested. */
export const testErrors = (results: readonly ArmResult[]) =>
  results.flatMap(({ arm, test }) => (test === null ? [] : [{ arm, value: test.error }]));

/** Gradient norm of the first layer over that of the last convolution at step 0; NaN where it was not measured. */
export const startRatio = ({ flow }: ArmResult): number =>
  flow?.step[0] === 0 ? (flow.first[0] ?? Number.NaN) / (flow.last[0] ?? Number.NaN) : Number.NaN;

/** The same over the second half of the steps, as a geometric mean; NaN where a norm was 0 or training ended before. */
export function trainedRatio({ flow, steps, divergedAt }: ArmResult): number {
  if (flow === undefined || divergedAt !== null) return Number.NaN;
  const logs = flow.step.flatMap((step, i) =>
    step < steps / 2
      ? []
      : [Math.log((flow.first[i] ?? Number.NaN) / (flow.last[i] ?? Number.NaN))],
  );
  const ratio = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  return ratio > 0 ? ratio : Number.NaN;
}

/** Curvature studies on the page. */
import type { RunConfig, TrainingConfig } from '../model/config.ts';
import type { CurvatureResult, CurvatureRow } from '../training/studies/study.ts';
import { csvLine } from './csvCell.ts';

const RATES = ['filterRate', 'normAndBiasRate', 'classifierRate'] as const;
type Limited = Pick<TrainingConfig, 'optimizer' | (typeof RATES)[number]>;

/** What a run's limit depends on. A layer that stays as it is has a rate of its own: 0. */
export const limitedBy = ({ model, training }: Pick<RunConfig, 'model' | 'training'>): Limited =>
  model.whitening === true ? { ...training, filterRate: 0 } : training;

/**
 * The curvature above which a step on all images at once overshoots farther than it came from (Cohen et al. 2021,
 * appendix B). Null: this optimizer has none, the rate is 0, or parameters have rates of their own.
 */
export function stabilityLimit(
  { optimizer, ...training }: Limited,
  learningRate: number,
): number | null {
  const { type, momentum, nesterov } = optimizer;
  const isOne = RATES.every((name) => (training[name] ?? 1) === 1);
  if (type !== 'sgd' || learningRate === 0 || !isOne) return null;
  return (2 + 2 * momentum) / (learningRate * (nesterov ? 1 + 2 * momentum : 1));
}

/** Images: trace ÷ |gradient|². Null where it can't be told: one batch, or a gradient lost in its noise. */
export const noiseScale = ({ noise }: CurvatureRow): number | null =>
  noise === null || noise.squaredGradient <= 0 || noise.trace <= 0
    ? null
    : noise.trace / noise.squaredGradient;

export interface NamedCurvature {
  readonly name: string;
  readonly training: Limited;
  readonly result: CurvatureResult;
}

export function curvatureCsv(runs: readonly NamedCurvature[]): string {
  const lines = runs.flatMap(({ name, training, result }) =>
    result.rows.map((row) =>
      csvLine(
        [
          ...[name, row.step, result.images, row.learningRate, row.loss, row.largest],
          ...[row.residual, stabilityLimit(training, row.learningRate) ?? undefined],
          ...[row.gradientNorm, row.noise?.squaredGradient, row.noise?.trace],
          noiseScale(row) ?? undefined,
        ],
        true,
      ),
    ),
  );
  return [
    'run,step,images,rate,loss,largest curvature,residual,limit,gradient norm,squared gradient,trace,noise scale',
    ...lines,
    '',
  ].join('\n');
}

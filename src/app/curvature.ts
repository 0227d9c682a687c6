/** Curvature studies on the page. */
import type { OptimizerConfig } from '../model/optimizer.ts';
import type { CurvatureResult, CurvatureRow } from '../training/studies/study.ts';
import { csvLine } from './csvCell.ts';

/**
 * The curvature above which a step on all images at once overshoots farther than it came from (Cohen et al. 2021,
 * appendix B). Null: this optimizer has none, or the rate is 0.
 */
export function stabilityLimit(
  { type, momentum, nesterov }: Pick<OptimizerConfig, 'type' | 'momentum' | 'nesterov'>,
  learningRate: number,
): number | null {
  if (type !== 'sgd' || learningRate === 0) return null;
  return (2 + 2 * momentum) / (learningRate * (nesterov ? 1 + 2 * momentum : 1));
}

/** Images: trace ÷ |gradient|². Null where it can't be told: one batch, or a gradient lost in its noise. */
export const noiseScale = ({ noise }: CurvatureRow): number | null =>
  noise === null || noise.squaredGradient <= 0 || noise.trace <= 0
    ? null
    : noise.trace / noise.squaredGradient;

export interface NamedCurvature {
  readonly name: string;
  readonly optimizer: OptimizerConfig;
  readonly result: CurvatureResult;
}

export function curvatureCsv(runs: readonly NamedCurvature[]): string {
  const lines = runs.flatMap(({ name, optimizer, result }) =>
    result.rows.map((row) =>
      csvLine(
        [
          ...[name, row.step, result.images, row.learningRate, row.loss, row.largest],
          ...[row.residual, stabilityLimit(optimizer, row.learningRate) ?? undefined],
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

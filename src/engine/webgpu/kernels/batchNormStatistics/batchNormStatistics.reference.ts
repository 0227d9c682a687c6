import { RUNNING_MOMENTUM } from '../../../plan/batchNormConstants.ts';
import { countOf, type StatisticsShape } from './batchNormStatistics.ts';

/** Updates `running` in place: mean [C] and (unbiased) variance [C]. Returns the batch's mean and 1/√(var + ε). */
export function batchNormStatisticsReference(
  shape: StatisticsShape,
  x: ArrayLike<number>,
  running: { mean: Float64Array; variance: Float64Array },
): { mean: Float64Array; rstd: Float64Array } {
  const count = countOf(shape);
  const mean = new Float64Array(shape.channels);
  const rstd = new Float64Array(shape.channels);
  for (let c = 0; c < shape.channels; c++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += x[c * count + i] ?? Number.NaN;
    const m = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) squares += ((x[c * count + i] ?? Number.NaN) - m) ** 2;
    mean[c] = m;
    rstd[c] = 1 / Math.sqrt(squares / count + shape.epsilon);
    const [runningMean = 0, runningVar = 0] = [running.mean[c], running.variance[c]];
    running.mean[c] = runningMean + RUNNING_MOMENTUM * (m - runningMean);
    running.variance[c] =
      runningVar + RUNNING_MOMENTUM * (squares / Math.max(1, count - 1) - runningVar);
  }
  return { mean, rstd };
}

import type { SubsamplePad } from '../../../plan/operations/operation.ts';
import { activate } from '../activation.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import type { PointwiseOptions } from './pointwise.ts';

type Values = ArrayLike<number>;

/** The option-A shortcut at channel `c` and flat position `within` (row, column, image) of the output. */
export function subsampleAt(
  shape: NormShape,
  from: SubsamplePad,
  shortcut: Values,
  c: number,
  within: number,
): number {
  const source = c - from.padBefore;
  if (source < 0 || source >= from.channels) return 0;
  const n = within % shape.batch;
  const pixel = Math.floor(within / shape.batch);
  const row = Math.floor(pixel / shape.width) * from.stride;
  const column = (pixel % shape.width) * from.stride;
  return (
    shortcut[((source * from.height + row) * from.width + column) * shape.batch + n] ?? Number.NaN
  );
}

/** act(γ·(x − mean)·rstd + β + shortcut) over [C,H,W,N]. */
export function pointwiseReference(
  shape: NormShape,
  options: PointwiseOptions,
  x: Values,
  norm: { gamma: Values; beta: Values; mean: Values; rstd: Values } | null,
  shortcut: Values | null,
): Float64Array {
  const count = countOf(shape);
  return Float64Array.from({ length: shape.channels * count }, (_, i) => {
    const c = Math.floor(i / count);
    const at = (values: Values, index: number) => values[index] ?? Number.NaN;
    let value = at(x, i);
    if (norm !== null) {
      value = at(norm.gamma, c) * (value - at(norm.mean, c)) * at(norm.rstd, c) + at(norm.beta, c);
    }
    if (shortcut !== null) {
      value +=
        options.subsamplePad === null
          ? at(shortcut, i)
          : subsampleAt(shape, options.subsamplePad, shortcut, c, i % count);
    }
    return activate(options.activation, value);
  });
}

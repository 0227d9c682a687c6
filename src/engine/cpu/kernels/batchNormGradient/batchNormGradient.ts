/**
 * Backward through an activation and the BatchNorm before it. A piece is a channel: its sums first, then the gradient of
 * each value. `gradient` holds the activation's output's gradient, and afterwards that of what was activated (a shortcut
 * gets it too); `inputGradient`, which may be the same tensor, is written or added to.
 */
import type { Activation } from '../../../plan/operations/operation.ts';
import { f32, f32x4, f64, i32, type Value, v128 } from '../../wasm/instructions.ts';
import { emitSlope } from '../activation.ts';
import type { CpuKernel } from '../kernel.ts';
import {
  countOf,
  element,
  emitPlaneSums,
  forEachVector,
  type PlaneShape,
  planeBytes,
} from '../plane.ts';

/** `output` is the activation's; gamma, mean, rstd and the gradients of γ and β are [C]. */
const TENSORS = [
  ...(['gradient', 'input', 'output', 'gamma', 'mean', 'rstd'] as const),
  ...(['gammaGradient', 'betaGradient', 'inputGradient'] as const),
] as const;

export function batchNormGradient(
  shape: PlaneShape,
  activation: Activation,
  accumulate: boolean,
): CpuKernel<(typeof TENSORS)[number]> {
  return {
    kernel: 'batchNormGradient',
    part: 'BatchNorm',
    pieces: shape.channels,
    tensors: TENSORS,
    build(f, channel, tensors) {
      const plane = (tensor: Value<'i32'>) => f.let(element(tensor, channel, planeBytes(shape)));
      const gradient = plane(tensors.gradient);
      const x = plane(tensors.input);
      const y = plane(tensors.output);
      const inputGradient = plane(tensors.inputGradient);
      const splat = (vector: Value<'i32'>) => v128.loadSplat(element(vector, channel, 4));
      const center = f.let(splat(tensors.mean));
      const load = (base: Value<'i32'>, at: Value<'i32'>, offset: number) =>
        v128.load(i32.add(base, at), offset);

      // Σ g and Σ g·(x − mean); the second times rstd is γ's gradient.
      const sums = emitPlaneSums(f, shape, ['beta', 'centered'], ({ at, offset }, add) => {
        const arriving = load(gradient, at, offset);
        const g = f.let(emitSlope(f, activation, arriving, load(y, at, offset)));
        if (activation !== 'none') f.store(i32.add(gradient, at), g, offset);
        add('beta', g);
        add('centered', f32x4.mul(g, f32x4.sub(load(x, at, offset), center)));
      });
      const number = (vector: Value<'i32'>) =>
        f.let(f64.fromSingle(f32.load(element(vector, channel, 4))));
      const [gamma, rstd] = [number(tensors.gamma), number(tensors.rstd)];
      const gammaSum = f.let(f64.mul(sums.centered, rstd));
      f.storeFloat(element(tensors.betaGradient, channel, 4), f32.fromDouble(sums.beta));
      f.storeFloat(element(tensors.gammaGradient, channel, 4), f32.fromDouble(gammaSum));

      // γ·rstd·(g − Σg / n − (x − mean)·rstd·Σ(g·x̂) / n)
      const count = f64.const(countOf(shape));
      const splatDouble = (value: Value<'f64'>) => f.let(f32x4.splat(f32.fromDouble(value)));
      const scale = f64.mul(gamma, rstd);
      const ofGradient = splatDouble(scale);
      const ofOne = splatDouble(f64.div(f64.mul(scale, sums.beta), count));
      const ofInput = splatDouble(f64.div(f64.mul(f64.mul(scale, rstd), gammaSum), count));
      forEachVector(f, shape, ({ at, offset, masked }) => {
        const apart = f32x4.sub(load(x, at, offset), center);
        const own = f32x4.sub(f32x4.mul(load(gradient, at, offset), ofGradient), ofOne);
        const result = masked(f32x4.sub(own, f32x4.mul(apart, ofInput)));
        const sum = accumulate ? f32x4.add(load(inputGradient, at, offset), result) : result;
        f.store(i32.add(inputGradient, at), sum, offset);
      });
    },
  };
}

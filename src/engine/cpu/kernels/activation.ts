/** Activations and their slopes, on vectors. NaN passes through all of them, as in PyTorch. */
import type { Activation } from '../../plan/operations/operation.ts';
import type { FunctionBuilder } from '../wasm/functionBuilder.ts';
import { f32x4, i32, i32x4, type Vector, v128 } from '../wasm/instructions.ts';

export function emitActivation(f: FunctionBuilder, activation: Activation, x: Vector): Vector {
  switch (activation) {
    case 'none':
      return x;
    case 'relu': {
      const value = f.let(x);
      return v128.andNot(value, f32x4.lessOrEqual(value, f32x4.const(0)));
    }
    case 'tanh':
      return emitTanh(f, x);
    case 'sigmoid': {
      const decay = emitExp(f, f32x4.sub(f32x4.const(0), x));
      return f32x4.div(f32x4.const(1), f32x4.add(f32x4.const(1), decay));
    }
    default:
      return activation satisfies never;
  }
}

/** `gradient` times the derivative, told from the activation's output `y`. */
export function emitSlope(
  f: FunctionBuilder,
  activation: Activation,
  gradient: Vector,
  y: Vector,
): Vector {
  switch (activation) {
    case 'none':
      return gradient;
    case 'relu':
      return v128.andNot(gradient, f32x4.lessOrEqual(y, f32x4.const(0)));
    case 'tanh': {
      const value = f.let(y);
      return f32x4.mul(gradient, f32x4.sub(f32x4.const(1), f32x4.mul(value, value)));
    }
    case 'sigmoid': {
      const value = f.let(y);
      return f32x4.mul(gradient, f32x4.mul(value, f32x4.sub(f32x4.const(1), value)));
    }
    default:
      return activation satisfies never;
  }
}

/**
 * eˣ to 2 units in the last place, for x from -87 to 88; beyond, as at the nearer end. x = n·ln 2 + r with |r| ≤ ln 2 / 2,
 * eʳ by a polynomial (Cephes), 2ⁿ by its exponent's bits.
 */
function emitExp(f: FunctionBuilder, x: Vector): Vector {
  const bounded = f.let(f32x4.min(f32x4.max(x, f32x4.const(-87)), f32x4.const(88)));
  const n = f.let(f32x4.nearest(f32x4.mul(bounded, f32x4.const(Math.LOG2E))));
  // ln 2 in two parts: the first has so few bits that its products with n are exact.
  const high = f32x4.sub(bounded, f32x4.mul(n, f32x4.const(0.693359375)));
  const r = f.let(f32x4.sub(high, f32x4.mul(n, f32x4.const(-2.1219444e-4))));
  const power = f.let(f32x4.const(1.98756915e-4));
  for (const coefficient of [
    1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  ]) {
    f.set(power, f32x4.add(f32x4.mul(power, r), f32x4.const(coefficient)));
  }
  const tail = f32x4.add(f32x4.mul(f32x4.mul(power, r), r), r);
  const bits = i32x4.shiftLeft(i32x4.add(i32x4.truncate(n), i32x4.splat(i32.const(127))), 23);
  return f32x4.mul(f32x4.add(tail, f32x4.const(1)), bits);
}

/** tanh to 3 units in the last place: a polynomial (Cephes) near 0, else 1 - 2 / (e²ˣ + 1). */
function emitTanh(f: FunctionBuilder, x: Vector): Vector {
  const value = f.let(x);
  const square = f.let(f32x4.mul(value, value));
  const power = f.let(f32x4.const(-5.70498872745e-3));
  for (const coefficient of [
    2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
  ]) {
    f.set(power, f32x4.add(f32x4.mul(power, square), f32x4.const(coefficient)));
  }
  const near = f32x4.add(value, f32x4.mul(value, f32x4.mul(square, power)));
  const growth = emitExp(f, f32x4.add(value, value));
  const far = f32x4.sub(
    f32x4.const(1),
    f32x4.div(f32x4.const(2), f32x4.add(growth, f32x4.const(1))),
  );
  return v128.select(f32x4.less(square, f32x4.const(0.625 * 0.625)), near, far);
}

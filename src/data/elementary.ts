/**
 * Exponential, logarithm and trigonometric functions by fixed formulas in double precision: the last bits of `Math.exp`
 * and its kin differ from one browser to another, those of `+ - * /` and `Math.sqrt` nowhere. Whatever decides a run's
 * weights uses these. All are right to within 2⁻⁵⁰, relative; so far beyond single precision that what is rounded to it is
 * hardly ever off by a bit. `train.py` has the same formulas (`weights/pytorch/python/elementary.py`).
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** π/2 in two parts: the first has 33 bits, so that its products with small whole numbers are exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;

/** 1 / k!: exact quotients of doubles up to 18!. */
function inverseFactorial(k: number): number {
  let factorial = 1;
  for (let i = 2; i <= k; i++) factorial *= i;
  return 1 / factorial;
}

const list = (from: number, to: number, f: (k: number) => number): readonly number[] =>
  Array.from({ length: (to - from) / 2 + 1 }, (_, i) => f(from + 2 * i));
const sign = (k: number): number => (k % 4 < 2 ? 1 : -1);

/** Taylor's coefficients of (sin r − r) / r³, of (cos r − 1) / r², of artanh s / s and of arctan t / t, in powers of the square. */
const SINE = list(3, 17, (k) => sign(k) * inverseFactorial(k));
const COSINE = list(2, 18, (k) => sign(k) * inverseFactorial(k));
const ARTANH = list(1, 21, (k) => 1 / k);
const ARCTAN = list(1, 41, (k) => sign(k) / k);

/** Σ coefficients[i] · xⁱ */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = (coefficients[i] ?? 0) + x * sum;
  return sum;
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** Which of the two words has sign and exponent. */
const HIGH_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** 2ⁿ for -1022 ≤ n ≤ 1023. */
function powerOfTwo(n: number): number {
  words[HIGH_WORD] = (n + 1023) << 20;
  words[1 - HIGH_WORD] = 0;
  return double[0] ?? 1;
}

/** eˣ; 0 below -700, ∞ above 700. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -700) return 0;
  if (x > 700) return Number.POSITIVE_INFINITY;
  const n = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  // Taylor's series; |r| ≤ ln 2 / 2, so that its fourteenth term is below 2⁻⁵⁷.
  let sum = 1;
  for (let k = 14; k >= 1; k--) sum = 1 + (r * sum) / k;
  return sum * powerOfTwo(n);
}

/** The natural logarithm of a normal number; -∞ of 0, NaN of what is less. */
export function log(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x <= 0) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  double[0] = x;
  let n = ((words[HIGH_WORD] ?? 0) >>> 20) - 1023;
  let mantissa = x * powerOfTwo(-Math.max(-1022, Math.min(1022, n)));
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    n++;
  }
  // ln m = 2·artanh((m − 1) / (m + 1)); |s| ≤ 0.172, so that the last term is below 2⁻⁵⁵.
  const s = (mantissa - 1) / (mantissa + 1);
  return n * LN2_HIGH + (2 * s * polynomial(ARTANH, s * s) + n * LN2_LOW);
}

/** sin(x + quarters · π/2) for |x| up to 10⁵. */
function sineOf(x: number, quarters: number): number {
  const n = Math.floor(x / (Math.PI / 2) + 0.5);
  const r = x - n * HALF_PI_HIGH - n * HALF_PI_LOW;
  const square = r * r;
  const quadrant = (n + quarters) & 3;
  const value =
    quadrant % 2 === 0
      ? r + r * (square * polynomial(SINE, square))
      : 1 + square * polynomial(COSINE, square);
  return quadrant < 2 ? value : -value;
}

/** sin x for |x| up to 10⁵, right to within 2⁻⁵⁰ or, near its zeros, to within 2⁻⁶⁰·|x|. */
export const sin = (x: number): number => sineOf(x, 0);

/** cos x, as `sin`. */
export const cos = (x: number): number => sineOf(x, 1);

/** The angle of the point (x, y), from -π to π; 0 at the origin. */
export function atan2(y: number, x: number): number {
  const [far, near] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))];
  if (far === 0) return 0;
  // arctan (near / far) is at most π/4; around π/8 its series would be long.
  const isSteep = near > far * (Math.SQRT2 - 1);
  const t = isSteep ? (near - far) / (near + far) : near / far;
  const series = t * polynomial(ARCTAN, t * t);
  const eighth = isSteep ? Math.PI / 4 + series : series;
  const quarter = Math.abs(y) > Math.abs(x) ? Math.PI / 2 - eighth : eighth;
  const half = x < 0 ? Math.PI - quarter : quarter;
  return y < 0 ? -half : half;
}

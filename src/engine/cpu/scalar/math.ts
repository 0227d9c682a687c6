/**
 * Exponential and logarithm by fixed formulas in double precision: `Math.exp` and `Math.log` may differ in the last bit
 * from one browser to another. Both are right to within 2⁻⁵⁰, relative; so far beyond single precision that what is
 * rounded to it is hardly ever off by a bit.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

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
  const square = s * s;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = 1 / k + square * sum;
  return n * LN2_HIGH + (2 * s * sum + n * LN2_LOW);
}

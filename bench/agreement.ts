/** A comparison of speed means nothing unless the engines compute the same. */

/** Relative, each step's loss. Different orders of summation part the engines by about 1e-6 a step. */
export const LOSS_TOLERANCE = 1e-3;
/** Where ours stores activations in half precision: see `src/engine/reference/halfPrecision.gpu.test.ts`. */
export const HALF_LOSS_TOLERANCE = 1e-2;

interface Trained {
  readonly name: string;
  /** Of the first steps, all from the same weights on the same batch. */
  readonly losses: readonly number[];
}

/**
 * @returns a line that says how far apart the losses are.
 * @throws Error naming the first loss that is not finite, or not the first engine's within `tolerance`.
 */
export function checkAgreement(engines: readonly Trained[], tolerance = LOSS_TOLERANCE): string {
  const [first, ...others] = engines;
  if (first === undefined) throw new Error('no engine to compare');
  let worst = 0;
  for (const { name, losses } of engines) {
    losses.forEach((loss, step) => {
      const expected = first.losses[step] ?? Number.NaN;
      const deviation = Math.abs(loss - expected) / Math.abs(expected);
      if (!(deviation <= tolerance)) {
        throw new Error(
          `The engines do not train the same network: loss at step ${step} is ${loss} in ${name}, ${expected} in ${first.name}.`,
        );
      }
      worst = Math.max(worst, deviation);
    });
  }
  const losses = first.losses.map((loss) => loss.toFixed(5)).join(', ');
  if (others.length === 0) return `losses: ${losses}`;
  return `losses: ${losses}; the engines agree to ${worst.toExponential(1)}`;
}

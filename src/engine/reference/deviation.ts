/** How far numbers are from what they should be, and where they are farthest. */

export interface Deviation {
  /** `loss`, `gradient norms`, … */
  readonly quantity: string;
  /** The largest deviation, relative. */
  readonly worst: number;
  /** What it may be at most. */
  readonly tolerance: number;
  /** Where it is that large: step, tensor. */
  readonly at: string;
}

/** Keeps the largest deviation of one quantity. A number that is missing or not finite counts as infinitely far. */
export class DeviationMeter {
  readonly #quantity: string;
  readonly #tolerance: number;
  #worst = 0;
  #at = '';

  constructor(quantity: string, tolerance: number) {
    this.#quantity = quantity;
    this.#tolerance = tolerance;
  }

  /** @param scale what the difference is relative to; `floor` is a difference too small to count. */
  compare(
    at: string,
    actual: number | undefined,
    expected: number | undefined,
    scale: number,
    floor = 0,
  ): void {
    const difference = Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN));
    if (difference <= floor) return;
    const relative = Number.isFinite(difference) ? difference / scale : Number.POSITIVE_INFINITY;
    if (relative > this.#worst || this.#at === '') {
      this.#worst = relative;
      this.#at = at;
    }
  }

  get deviation(): Deviation {
    return {
      quantity: this.#quantity,
      worst: this.#worst,
      tolerance: this.#tolerance,
      at: this.#at,
    };
  }
}

/**
 * A quadratic Bézier curve between the weights of two nets, whose middle control point, the bend θ, is trained (Garipov,
 * Izmailov, Podoprikhin, Vetrov, Wilson 2018, §3): φ(t) = (1 − t)² · from + 2t(1 − t) · θ + t² · to, and θ descends the
 * loss's expectation over t, uniform between 0 and 1, by SGD with momentum, one t a step.
 */
import { streamOf, uniform } from '../../model/random.ts';
import type { StateDict } from '../../model/graph.ts';
import type { FlatWeights } from './flatWeights.ts';

const MOMENTUM = 0.9;
const STREAM = streamOf('bend');

/** The place on the curve that a step looks at, 0–1. */
export const placeOf = (step: number): number => uniform(0, STREAM, step);

/** Constant for half of the steps, then in a straight line towards 0. */
export const rateOf = (rate: number, step: number, steps: number): number =>
  rate * Math.min(1, 2 * (1 - step / steps));

export class Bend {
  private readonly ends: readonly [Float32Array, Float32Array];
  /** θ: at first half-way between the ends, where the curve is the straight line. */
  private readonly bend: Float32Array;
  private readonly velocity: Float32Array;

  /** @param from of the form that weights on the curve have; tensors not in use are taken from it. */
  constructor(
    private readonly flat: FlatWeights,
    private readonly from: StateDict,
    to: StateDict,
  ) {
    const [first, last] = [flat.vectorOf(from), flat.vectorOf(to)];
    this.ends = [first, last];
    this.bend = first.map((w, i) => (w + (last[i] ?? 0)) / 2);
    this.velocity = new Float32Array(flat.length);
  }

  /** φ(t), in double precision until it is stored; at 0 and 1 either end to the bit. */
  at(t: number): StateDict {
    const [first, last] = this.ends;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return this.flat.with(
      this.from,
      first.map((w, i) => a * w + b * (this.bend[i] ?? 0) + c * (last[i] ?? 0)),
    );
  }

  /** One step down. @param gradient of the loss at φ(t), by parameter name. */
  descend(gradient: StateDict, t: number, rate: number): void {
    const { bend, velocity } = this;
    const slope = 2 * t * (1 - t);
    const downhill = this.flat.vectorOf(gradient);
    for (let i = 0; i < bend.length; i++) {
      const v = MOMENTUM * (velocity[i] ?? 0) + slope * (downhill[i] ?? 0);
      velocity[i] = v;
      bend[i] = (bend[i] ?? 0) - rate * v;
    }
  }
}

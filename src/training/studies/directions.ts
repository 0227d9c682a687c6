/**
 * Filter-normalised random directions (Li, Xu, Taylor, Studer, Goldstein 2018, "Visualizing the Loss Landscape of Neural
 * Nets", §4): normal numbers, each filter scaled to the norm of the trained filter.
 */
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { fillNormal, streamOf } from '../../model/random.ts';

/** Values by parameter name; parameters that stay where they are have none. */
type Direction = ReadonlyMap<string, Float32Array>;

/**
 * A filter is an output channel of a convolution, or a row of the linear layer. Biases, BatchNorm's parameters and
 * parameters out of use stay where they are, and so do the running statistics. The numbers depend on the seed, the
 * tensor's name and its shape alone: where two nets share a tensor, they go the same way but for the length.
 * @param which of the directions of this seed, 0 or 1.
 */
export function filterNormalised(
  graph: LayerGraph,
  weights: StateDict,
  seed: number,
  which: number,
): Direction {
  const direction = new Map<string, Float32Array>();
  for (const { name, shape, elements, role, active } of graph.parameters) {
    if (!active || (role !== 'convWeight' && role !== 'linearWeight')) continue;
    const trained = weights.get(name)?.data;
    if (trained === undefined) throw new Error(`no ${name}`);
    const values = fillNormal(
      new Float32Array(elements),
      seed,
      streamOf(`direction ${which} ${name}`),
      1,
    );
    const filters = shape[0] ?? 1;
    const each = elements / filters;
    for (let filter = 0; filter < filters; filter++) {
      const [from, to] = [filter * each, (filter + 1) * each];
      const length = norm(values, from, to);
      const scale = length > 0 ? norm(trained, from, to) / length : 0;
      for (let i = from; i < to; i++) values[i] = (values[i] ?? 0) * scale;
    }
    direction.set(name, values);
  }
  return direction;
}

/** Weights a·first + b·second away from `origin`. */
export class Slice {
  private readonly moved: StateDict;

  constructor(
    private readonly origin: StateDict,
    private readonly first: Direction,
    private readonly second: Direction,
  ) {
    this.moved = new Map(
      [...origin].map(([name, tensor]) => [
        name,
        first.has(name) ? { ...tensor, data: tensor.data.slice() } : tensor,
      ]),
    );
  }

  /** Valid until the next call, which writes into the same arrays. At 0, 0 the origin to the bit. */
  at(a: number, b: number): StateDict {
    for (const [name, x] of this.first) {
      const y = this.second.get(name);
      const from = this.origin.get(name)?.data;
      const to = this.moved.get(name)?.data;
      if (y === undefined || from === undefined || to === undefined) throw new Error(`no ${name}`);
      for (let i = 0; i < to.length; i++) {
        to[i] = (from[i] ?? 0) + a * (x[i] ?? 0) + b * (y[i] ?? 0);
      }
    }
    return this.moved;
  }
}

function norm(values: Float32Array, from: number, to: number): number {
  let squares = 0;
  for (let i = from; i < to; i++) squares += (values[i] ?? 0) ** 2;
  return Math.sqrt(squares);
}

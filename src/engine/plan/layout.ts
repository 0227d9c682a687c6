/**
 * Where each parameter and running statistic lies in the flat GPU buffers, and conversion between PyTorch's layout and ours.
 * Every tensor starts at a multiple of 64 floats, so that it can be bound on its own (256-byte binding alignment).
 */
import type { LayerGraph, Parameter, StateDict } from '../../model/graph.ts';

/** Rounds up to a multiple of 4: the padded length of output channels and vectors. */
export const padTo4 = (n: number): number => 4 * Math.ceil(n / 4);

const ALIGNMENT = 64;
const align = (floats: number): number => Math.ceil(floats / ALIGNMENT) * ALIGNMENT;

/** A stretch of a flat buffer, in floats. */
export interface Slot {
  readonly offset: number;
  /** With the channel padding, without the gap to the next tensor. */
  readonly length: number;
}

interface ParameterSlot extends Slot {
  readonly parameter: Parameter;
}

export interface StateLayout {
  /** In the order of the graph's parameters. */
  readonly parameters: readonly ParameterSlot[];
  readonly parameterOf: ReadonlyMap<string, ParameterSlot>;
  /** Floats in the weights buffer; moments and gradients have the same. */
  readonly parameterFloats: number;
  /** Of running means and variances (or batch means and 1/σ) by running statistic's name. Means lie in the first half. */
  readonly statisticOf: ReadonlyMap<string, Slot>;
  readonly statisticFloats: number;
}

/** Floats of a tensor in our layout: [I, kernel, kernel, O4], or a vector padded to a multiple of 4. */
export function paddedLength(shape: readonly number[]): number {
  const [outChannels = 1, ...rest] = shape;
  return padTo4(outChannels) * rest.reduce((product, n) => product * n, 1);
}

export function layoutOf(graph: LayerGraph): StateLayout {
  let offset = 0;
  const parameters = graph.parameters.map((parameter) => {
    const slot = { parameter, offset, length: paddedLength(parameter.shape) };
    offset += align(slot.length);
    return slot;
  });
  const statisticOf = new Map<string, Slot>();
  const half = graph.runningStatistics
    .filter(({ initial }) => initial === 0)
    .reduce((sum, { channels }) => sum + align(channels), 0);
  const next = { mean: 0, variance: half };
  for (const { name, channels, initial } of graph.runningStatistics) {
    const kind = initial === 0 ? 'mean' : 'variance';
    statisticOf.set(name, { offset: next[kind], length: channels });
    next[kind] += align(channels);
  }
  return {
    parameters,
    parameterOf: new Map(parameters.map((slot) => [slot.parameter.name, slot])),
    parameterFloats: offset,
    statisticOf,
    statisticFloats: 2 * half,
  };
}

/**
 * [I, kernel, kernel] flattens alike in both layouts; only the output channel moves from first to last, where it is
 * padded: PyTorch's element o · perOutput + i is our i · paddedOutputs + o. A vector is [O] in both.
 */
function layouts(shape: readonly number[]) {
  const [outputs = 1, ...rest] = shape;
  const perOutput = rest.reduce((product, n) => product * n, 1);
  return { outputs, perOutput, paddedOutputs: padTo4(outputs) };
}

/** PyTorch's layout into ours, at `target[offset…]`; padding is written 0. */
export function packTensor(
  shape: readonly number[],
  data: ArrayLike<number>,
  target: Float32Array | Float64Array,
  offset: number,
): void {
  const { outputs, perOutput, paddedOutputs } = layouts(shape);
  target.fill(0, offset, offset + perOutput * paddedOutputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < perOutput; i++) {
      target[offset + i * paddedOutputs + o] = data[o * perOutput + i] ?? 0;
    }
  }
}

/** The contents of a buffer with a value for each parameter, as `weights`; 0 where `state` has no tensor. */
export function packParameters(layout: StateLayout, state: StateDict): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(layout.parameterFloats);
  for (const { parameter, offset } of layout.parameters) {
    const tensor = state.get(parameter.name);
    if (tensor !== undefined) packTensor(parameter.shape, tensor.data, floats, offset);
  }
  return floats;
}

/** The other way round. */
export const unpackParameters = ({ parameters }: StateLayout, floats: Float32Array): StateDict =>
  new Map(
    parameters.map(({ parameter: { name, shape }, offset }) => [
      name,
      { shape, data: unpackTensor(shape, floats, offset) },
    ]),
  );

/** The contents of the buffers `weights` and `running`; a running statistic that is missing starts at 0 or 1. */
export function packWeights(
  { runningStatistics }: LayerGraph,
  layout: StateLayout,
  state: StateDict,
): { weights: Float32Array<ArrayBuffer>; running: Float32Array<ArrayBuffer> } {
  const weights = packParameters(layout, state);
  const running = new Float32Array(Math.max(ALIGNMENT, layout.statisticFloats));
  for (const { name, channels, initial } of runningStatistics) {
    const slot = layout.statisticOf.get(name);
    const data = state.get(name)?.data ?? new Float32Array(channels).fill(initial);
    if (slot !== undefined) running.set(data, slot.offset);
  }
  return { weights, running };
}

/** The other way round. @param running of the whole layout. */
export function unpackWeights(
  { runningStatistics }: LayerGraph,
  layout: StateLayout,
  weights: Float32Array,
  running: Float32Array,
): StateDict {
  const state = unpackParameters(layout, weights);
  for (const { name, channels } of runningStatistics) {
    const offset = layout.statisticOf.get(name)?.offset ?? 0;
    state.set(name, { shape: [channels], data: running.slice(offset, offset + channels) });
  }
  return state;
}

/** Ours, from `source[offset…]`, into PyTorch's layout. */
export function unpackTensor(
  shape: readonly number[],
  source: Float32Array,
  offset: number,
): Float32Array {
  const { outputs, perOutput, paddedOutputs } = layouts(shape);
  const data = new Float32Array(outputs * perOutput);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < perOutput; i++) {
      data[o * perOutput + i] = source[offset + i * paddedOutputs + o] ?? 0;
    }
  }
  return data;
}

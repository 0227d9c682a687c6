/**
 * A step's row of numbers: on the device sums of squares and BatchNorm's channels, which few dispatches put together;
 * the rest is reckoned when they are read back.
 */
import {
  concat,
  mean,
  mul,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { activationLayers } from '../../model/activationLayers.ts';
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import type { StepMetrics } from '../api.ts';
import { overflows } from '../plan/overflow.ts';
import type { Named } from './layer.ts';
import type { ForwardPass } from './pass.ts';

/** A step's metrics in a row; its stepper knows the rest. */
export type RowMetrics = Omit<StepMetrics, 'step' | 'learningRate'>;

const HEAD = 2;

/** Layers with responses that are no BatchNorm's: their variance must be measured. */
export const measuredNodes = (graph: LayerGraph): ReadonlySet<NodeId> =>
  new Set(
    activationLayers(graph).flatMap(({ response, norm }) => (norm === null ? [response] : [])),
  );

/** Of all values of a tensor. */
export const varianceOf = (x: Tensor): Tensor => tidy(() => mean(square(sub(x, mean(x)))));

/** Sums of squares by parameter, [parameters]; 0 for those that have no tensor. */
export function squareSums(graph: LayerGraph, tensors: ReadonlyMap<string, Tensor>): Tensor {
  return tidy(() =>
    concat(
      graph.parameters.map(({ name }) => {
        const tensor = tensors.get(name);
        return tensor === undefined ? zeros([1]) : reshape(sum(square(tensor)), [1]);
      }),
    ),
  );
}

/**
 * What the deviations of all responses follow from, layer by layer: each BatchNorm's variances γ²·(1 − ε·rstd²) [C] and
 * means β [C], or the variance that was measured [1].
 * @param variances of the output of `measuredNodes`.
 */
export function responses(
  graph: LayerGraph,
  { passes }: ForwardPass,
  variances: ReadonlyMap<NodeId, Tensor>,
  tensor: (name: string) => Tensor,
): Tensor[] {
  const rstdOf = new Map(passes.map(({ id, pass }) => [id, pass.rstd]));
  const flat = (values: Tensor) => reshape(values, [values.size]);
  const layers = activationLayers(graph);
  const normalized = layers.flatMap(({ norm }) => {
    const rstd = norm === null ? undefined : rstdOf.get(norm.id);
    if (norm === null || rstd === undefined) return [];
    return [{ gamma: tensor(norm.weight), beta: tensor(norm.bias), rstd: flat(rstd) }];
  });
  const measured = layers.flatMap(({ response }) => {
    const variance = variances.get(response);
    return variance === undefined ? [] : [flat(variance)];
  });
  if (normalized.length === 0) return measured;
  const gamma = concat(normalized.map((layer) => layer.gamma));
  const rstd = concat(normalized.map((layer) => layer.rstd));
  const spread = mul(square(gamma), sub(1, mul(square(rstd), graph.model.batchNormEps)));
  return [spread, concat(normalized.map(({ beta }) => beta)), ...measured];
}

/** @param row loss, accuracy, the square sums of gradients, weights and updates, `responses`, and all running statistics. */
export function readRow(graph: LayerGraph, row: Float32Array): RowMetrics {
  const parameters = graph.parameters.length;
  const [loss = Number.NaN, accuracy = Number.NaN] = row;
  const norms = (kind: number) =>
    row.slice(HEAD + kind * parameters, HEAD + (kind + 1) * parameters).map(Math.sqrt);
  const running = row.length - statisticChannels(graph);
  const activationStd = deviations(graph, row.subarray(HEAD + 3 * parameters, running));
  return {
    loss,
    accuracy,
    gradNorm: norms(0),
    weightNorm: norms(1),
    updateNorm: norms(2),
    activationStd,
    overflowed: overflowIn(graph, row.subarray(running)),
  };
}

const statisticChannels = ({ runningStatistics }: LayerGraph): number =>
  runningStatistics.reduce((sum, { channels }) => sum + channels, 0);

/** @param running all statistics in the graph's order, where each mean is followed by its variance. */
function overflowIn({ runningStatistics }: LayerGraph, running: Float32Array): string | null {
  let at = 0;
  for (const [i, { name, initial, channels }] of runningStatistics.entries()) {
    if (running.subarray(at, at + channels).some(overflows)) {
      return initial === 1 ? name : (runningStatistics[i + 1]?.name ?? name);
    }
    at += channels;
  }
  return null;
}

function deviations(graph: LayerGraph, values: Float32Array): Float32Array {
  const layers = activationLayers(graph);
  const channelsOf = layers.map(({ conv, norm }) => (norm === null ? 0 : conv.shape.channels));
  const total = channelsOf.reduce((all, channels) => all + channels, 0);
  let channel = 0;
  let measured = 2 * total;
  return Float32Array.from(channelsOf, (channels) => {
    if (channels === 0) return Math.sqrt(values[measured++] ?? Number.NaN);
    const variances = values.subarray(channel, channel + channels);
    const means = values.subarray(total + channel, total + channel + channels);
    channel += channels;
    const center = average(means);
    const spread = average(means.map((mean) => (mean - center) ** 2));
    return Math.sqrt(Math.max(0, average(variances)) + spread);
  });
}

const average = (values: Float32Array): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

/** The row as `readRow` takes it. */
export function packRow(
  head: readonly [Tensor, Tensor],
  squares: readonly Tensor[],
  response: readonly Tensor[],
  running: readonly Tensor[],
): Tensor {
  return concat([...head.map((value) => reshape(value, [1])), ...squares, ...response, ...running]);
}

export const byName = (tensors: readonly Named[]): Map<string, Tensor> =>
  new Map(tensors.map(({ name, value }) => [name, value]));

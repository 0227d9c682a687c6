/** Lowers the measurement of every layer's response (He et al. 2015, fig. 7). */
import { type ActivationLayer, activationLayers } from '../../model/activationLayers.ts';
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import {
  type ActivationStdBindings,
  activationStd,
  LAYER_WORDS,
  packLayers,
  type ResponseLayer,
} from '../webgpu/kernels/activationStd/activationStd.ts';
import { channelMoments } from '../webgpu/kernels/channelMoments/channelMoments.ts';
import { STEP_BINDING } from './bindings.ts';
import type { Binding } from './buffers.ts';
import type { StateLayout } from './layout.ts';
import { floats, type Lowering } from './lowering.ts';
import { metricsColumns } from './metricsRow.ts';

/** Binding alignment, in floats; a channel's moments are two of them. */
const ALIGNMENT = 64;
const align = (floatCount: number): number => Math.ceil(floatCount / ALIGNMENT) * ALIGNMENT;

/** Where each layer's numbers come from and go to. The same for every pass of a plan. */
export interface ResponseTable {
  /** As `packLayers` writes it: `normalized` layers, and from float `firstMeasured` on the measured ones. */
  readonly layers: Uint32Array<ArrayBuffer>;
  readonly normalized: number;
  readonly firstMeasured: number;
  /** By the convolution's node: the layers without a BatchNorm, and where their moments lie, in floats. */
  readonly measured: ReadonlyMap<NodeId, { readonly layer: ActivationLayer; readonly at: number }>;
  readonly momentFloats: number;
}

export function responseTable(graph: LayerGraph, layout: StateLayout): ResponseTable {
  const { activation } = metricsColumns(graph);
  const normalizedRows: ResponseLayer[] = [];
  const measuredRows: ResponseLayer[] = [];
  const measured = new Map<NodeId, { layer: ActivationLayer; at: number }>();
  let momentFloats = 0;
  for (const [i, layer] of activationLayers(graph).entries()) {
    const { conv, norm } = layer;
    const { channels } = conv.shape;
    const column = activation + i;
    if (norm === null) {
      measured.set(conv.id, { layer, at: momentFloats });
      measuredRows.push({ channels, column, moments: momentFloats / 2 });
      momentFloats += align(2 * channels);
      continue;
    }
    const gamma = layout.parameterOf.get(norm.weight)?.offset;
    const beta = layout.parameterOf.get(norm.bias)?.offset;
    const rstd = layout.statisticOf.get(norm.runningVar)?.offset;
    if (gamma === undefined || beta === undefined || rstd === undefined) {
      throw new Error(`the layout lacks ${norm.name}`);
    }
    normalizedRows.push({ channels, column, gamma, beta, rstd });
  }
  const firstMeasured = align(normalizedRows.length * LAYER_WORDS);
  const layers = new Uint32Array(firstMeasured + measuredRows.length * LAYER_WORDS);
  layers.set(packLayers(normalizedRows));
  layers.set(packLayers(measuredRows), firstMeasured);
  const normalized = normalizedRows.length;
  return { layers, normalized, firstMeasured, measured, momentFloats };
}

/** Emits the moments of what the operation put into `value`, where they must be measured. */
export function lowerMoments(lowering: Lowering, table: ResponseTable, value: NodeId): void {
  const found = table.measured.get(value);
  if (found === undefined) return;
  const { conv, name } = found.layer;
  const shape = lowering.shape(conv.shape, value);
  const moments = floats('moments', found.at, 2 * shape.channels);
  const bindings = { input: lowering.value(value), moments, step: STEP_BINDING };
  lowering.emit('forward', name, channelMoments(shape, bindings));
}

/** Emits the deviations, behind the whole forward pass. @param metricsFloats of the metrics ring. */
export function lowerDeviations(
  lowering: Lowering,
  { normalized, firstMeasured, measured, momentFloats }: ResponseTable,
  metricsRow: number,
  metricsFloats: number,
): void {
  const { parameterFloats, statisticFloats } = lowering.layout;
  const emit = (
    count: number,
    first: number,
    channels: ActivationStdBindings<Binding>['channels'],
  ): void => {
    if (count === 0) return;
    const layerTable = floats('layerTable', first, count * LAYER_WORDS);
    const metrics = floats('metrics', 0, metricsFloats);
    const bindings = { layerTable, metrics, step: STEP_BINDING, channels };
    const call = activationStd({ layers: count, metricsRow }, bindings);
    lowering.emit('forward', 'activation deviations', call);
  };
  const weights = floats('weights', 0, parameterFloats);
  const statistics = floats('statistics', 0, statisticFloats);
  emit(normalized, 0, { kind: 'normalized', weights, statistics });
  const moments = floats('moments', 0, momentFloats);
  emit(measured.size, firstMeasured, { kind: 'measured', moments });
}

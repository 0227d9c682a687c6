/** The deviation of every layer's response (He et al. 2015, fig. 7): the table that its kernels read, and their calls. */
import { activationLayers } from '../../../model/activationLayers.ts';
import type { LayerGraph } from '../../../model/graph.ts';
import type { Binding } from '../../plan/buffers.ts';
import type { StateLayout } from '../../plan/layout.ts';
import { metricsColumns } from '../../plan/metricsRow.ts';
import type { StepOf } from '../../plan/steps.ts';
import {
  type ActivationStdBindings,
  activationStd,
  LAYER_WORDS,
  packLayers,
  type ResponseLayer,
} from '../kernels/activationStd/activationStd.ts';
import { channelMoments } from '../kernels/channelMoments/channelMoments.ts';
import { floats, STEP_BINDING } from './bindings.ts';
import type { Lowering } from './lowering.ts';

/** Binding alignment, in floats; a channel's moments are two of them. */
const ALIGNMENT = 64;
const align = (floatCount: number): number => Math.ceil(floatCount / ALIGNMENT) * ALIGNMENT;

/** Where each layer's numbers come from and go to. The same for every pass of a plan. */
export interface ResponseTable {
  /** As `packLayers` writes it: `normalized` layers, and from float `firstMeasured` on the measured ones. */
  readonly layers: Uint32Array<ArrayBuffer>;
  readonly normalized: number;
  readonly firstMeasured: number;
  /** By name: the layers without a BatchNorm, and where their moments lie, in floats. */
  readonly measured: ReadonlyMap<string, number>;
  readonly momentFloats: number;
}

export function responseTable(graph: LayerGraph, layout: StateLayout): ResponseTable {
  const { activation } = metricsColumns(graph);
  const normalizedRows: ResponseLayer[] = [];
  const measuredRows: ResponseLayer[] = [];
  const measured = new Map<string, number>();
  let momentFloats = 0;
  for (const [i, layer] of activationLayers(graph).entries()) {
    const { conv, norm } = layer;
    const { channels } = conv.shape;
    const column = activation + i;
    if (norm === null) {
      measured.set(layer.name, momentFloats);
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

export function lowerChannelMoments(
  lowering: Lowering,
  { measured }: ResponseTable,
  { layer: { name }, input }: StepOf<'channelMoments'>,
): void {
  const at = measured.get(name);
  if (at === undefined) throw new Error(`${name} has no moments in the table`);
  const shape = lowering.shape(input);
  const moments = floats('moments', at, 2 * shape.channels);
  const bindings = { input: lowering.tensor(input), moments, step: STEP_BINDING };
  lowering.emit(name, channelMoments(shape, bindings));
}

export function lowerActivationStd(
  lowering: Lowering,
  { normalized, firstMeasured, measured, momentFloats }: ResponseTable,
  { epsilon }: StepOf<'activationStd'>,
  { metricsRow, metricsFloats }: { readonly metricsRow: number; readonly metricsFloats: number },
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
    const call = activationStd({ layers: count, metricsRow, epsilon }, bindings);
    lowering.emit('activation deviations', call);
  };
  const weights = floats('weights', 0, parameterFloats);
  const statistics = floats('statistics', 0, statisticFloats);
  emit(normalized, 0, { kind: 'normalized', weights, statistics });
  const moments = floats('moments', 0, momentFloats);
  emit(measured.size, firstMeasured, { kind: 'measured', moments });
}

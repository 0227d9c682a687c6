/** The passes of a network, from its operations: forward and, in training, backward. */
import { activationLayers } from '../../model/activationLayers.ts';
import type { TrainingConfig } from '../../model/config.ts';
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import type { FormatOf } from './formats.ts';
import { type OperationGrouping, operationsOf } from './grouping.ts';
import { channelGateBackward, channelGateForward } from './operations/channelGate.ts';
import { convBackward, convForward } from './operations/conv.ts';
import { dropoutBackward, dropoutForward } from './operations/dropout.ts';
import { gateBackward, gateForward } from './operations/gate.ts';
import {
  globalAveragePoolBackward,
  globalAveragePoolForward,
} from './operations/globalAveragePool.ts';
import { groupNormBackward, groupNormForward } from './operations/groupNorm.ts';
import { maxPoolBackward, maxPoolForward } from './operations/maxPool.ts';
import type { Operation } from './operations/operation.ts';
import { pointwiseBackward, pointwiseForward } from './operations/pointwise.ts';
import { scaleBackward, scaleForward } from './operations/scale.ts';
import { subsamplePadBackward, subsamplePadForward } from './operations/subsamplePad.ts';
import { PassBuilder } from './passBuilder.ts';
import type { BatchTensor, PlanStep } from './steps.ts';

export interface Pass {
  readonly steps: readonly PlanStep[];
  readonly images: BatchTensor;
  readonly logits: BatchTensor;
  /** What each layer puts out. */
  readonly values: ReadonlyMap<NodeId, BatchTensor>;
}

type LossOptions = Pick<TrainingConfig, 'labelSmoothing'> & Partial<Pick<TrainingConfig, 'mixup'>>;

/** Forward, loss, backward. */
export function trainingPass(
  graph: LayerGraph,
  formatOf: FormatOf,
  { labelSmoothing, mixup = 0 }: LossOptions,
): Pass {
  const operations = operationsOf(graph);
  const pass = new PassBuilder(graph, operations, 'training', formatOf);
  const measured = new Map(
    activationLayers(graph)
      .filter(({ norm }) => norm === null)
      .map((layer) => [layer.response, layer]),
  );
  for (const operation of operations) {
    forward(pass, operation);
    const layer = measured.get(operation.output);
    if (layer === undefined) continue;
    pass.add({ kind: 'channelMoments', layer, input: pass.value(operation.output) });
  }
  pass.add({ kind: 'activationStd', epsilon: graph.model.batchNormEps });

  const logits = pass.value(graph.output);
  const logitsGradient = pass.newGradient('logits', graph.output, logits.shape);
  const loss = { labelSmoothing, mixes: mixup > 0 };
  pass.add({ kind: 'softmaxCrossEntropy', logits, logitsGradient, ...loss });

  for (const operation of operations.toReversed()) {
    backward(pass, operation, pass.gradients.take(operation.output));
    pass.finish(operation);
  }
  return finished(pass, logits);
}

/** Forward by running statistics, loss and hits. */
export function evaluationPass(
  graph: LayerGraph,
  formatOf: FormatOf,
  grouping: OperationGrouping,
): Pass {
  const operations = operationsOf(graph, grouping);
  const pass = new PassBuilder(graph, operations, 'evaluation', formatOf);
  if (graph.runningStatistics.length > 0) {
    pass.add({ kind: 'batchNormEvaluation', epsilon: graph.model.batchNormEps });
  }
  for (const operation of operations) forward(pass, operation);
  const logits = pass.value(graph.output);
  pass.add({ kind: 'softmaxCrossEntropyEvaluation', logits });
  return finished(pass, logits);
}

function finished(pass: PassBuilder, logits: BatchTensor): Pass {
  return { steps: pass.steps, images: pass.value(pass.images), logits, values: pass.values };
}

function forward(pass: PassBuilder, operation: Operation): void {
  switch (operation.kind) {
    case 'conv':
      convForward(pass, operation);
      break;
    case 'pointwise':
      pointwiseForward(pass, operation);
      break;
    case 'groupNorm':
      groupNormForward(pass, operation);
      break;
    case 'maxPool':
      maxPoolForward(pass, operation);
      break;
    case 'globalAveragePool':
      globalAveragePoolForward(pass, operation);
      break;
    case 'subsamplePad':
      subsamplePadForward(pass, operation);
      break;
    case 'dropout':
      dropoutForward(pass, operation);
      break;
    case 'channelGate':
      channelGateForward(pass, operation);
      break;
    case 'scale':
      scaleForward(pass, operation);
      break;
    case 'gate':
      gateForward(pass, operation);
      break;
    default:
      operation satisfies never;
  }
}

function backward(pass: PassBuilder, operation: Operation, gradient: BatchTensor): void {
  switch (operation.kind) {
    case 'conv':
      convBackward(pass, operation, gradient);
      break;
    case 'pointwise':
      pointwiseBackward(pass, operation, gradient);
      break;
    case 'groupNorm':
      groupNormBackward(pass, operation, gradient);
      break;
    case 'maxPool':
      maxPoolBackward(pass, operation, gradient);
      break;
    case 'globalAveragePool':
      globalAveragePoolBackward(pass, operation, gradient);
      break;
    case 'subsamplePad':
      subsamplePadBackward(pass, operation, gradient);
      break;
    case 'dropout':
      dropoutBackward(pass, operation, gradient);
      break;
    case 'channelGate':
      channelGateBackward(pass, operation, gradient);
      break;
    case 'scale':
      scaleBackward(pass, operation, gradient);
      break;
    case 'gate':
      gateBackward(pass, operation, gradient);
      break;
    default:
      operation satisfies never;
  }
}

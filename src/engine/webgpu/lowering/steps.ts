/** Turns the steps of a plan into kernel calls. */
import type { MetricsColumns } from '../../plan/metricsRow.ts';
import type { PlanStep, StepOf } from '../../plan/steps.ts';
import { batchNormEvaluation } from '../kernels/batchNormEvaluation/batchNormEvaluation.ts';
import { channelGate, channelGateGradient } from '../kernels/channelGate/channelGate.ts';
import { dropout, dropoutGradient } from '../kernels/dropout/dropout.ts';
import {
  globalAveragePool,
  globalAveragePoolGradient,
} from '../kernels/globalAveragePool/globalAveragePool.ts';
import { maxPool, maxPoolGradient } from '../kernels/maxPool/maxPool.ts';
import {
  softmaxCrossEntropy,
  softmaxCrossEntropyEvaluation,
} from '../kernels/softmaxCrossEntropy/softmaxCrossEntropy.ts';
import { subsamplePad } from '../kernels/subsamplePad/subsamplePad.ts';
import { subsamplePadGradient } from '../kernels/subsamplePadGradient/subsamplePadGradient.ts';
import { floats, STEP_BINDING } from './bindings.ts';
import {
  lowerBiasGradient,
  lowerConv,
  lowerConvInputGradient,
  lowerConvWeightGradient,
} from './conv.ts';
import { lowerGroupNorm, lowerGroupNormGradient } from './groupNorm.ts';
import { lowerGate, lowerGateGradient } from './gate.ts';
import type { Lowering } from './lowering.ts';
import { lowerBatchNormStatistics, lowerPointwise, lowerPointwiseGradient } from './pointwise.ts';
import { lowerActivationStd, lowerChannelMoments, type ResponseTable } from './responses.ts';
import { lowerScale, lowerScaleGradient, lowerScaleWeightGradient } from './scale.ts';
import {
  lowerAdam,
  lowerAddGradients,
  lowerAverage,
  lowerMuon,
  lowerParameterNorms,
  lowerSgd,
  type UpdateTables,
} from './update.ts';

/** What all lists of a plan share. */
export interface StepContext {
  /** Floats in a row of the metrics ring, and in all of it. */
  readonly metricsRow: number;
  readonly metricsFloats: number;
  /** Only for training. */
  readonly tables: {
    readonly responses: ResponseTable;
    readonly update: UpdateTables;
    readonly columns: MetricsColumns;
  } | null;
}

/** Adds the dispatches of `step`: none if another step's dispatch does its work in passing, else one or more. */
export function lowerStep(lowering: Lowering, step: PlanStep, context: StepContext): void {
  const { metricsRow, metricsFloats } = context;
  switch (step.kind) {
    case 'conv':
      lowerConv(lowering, step);
      break;
    case 'convWeightGradient':
      lowerConvWeightGradient(lowering, step);
      break;
    case 'biasGradient':
      lowerBiasGradient(lowering, step);
      break;
    case 'convInputGradient':
      lowerConvInputGradient(lowering, step);
      break;
    case 'batchNormStatistics':
      lowerBatchNormStatistics(lowering, step);
      break;
    case 'batchNormEvaluation':
      lowerBatchNormEvaluation(lowering, step);
      break;
    case 'pointwise':
      lowerPointwise(lowering, step);
      break;
    case 'pointwiseGradient':
      lowerPointwiseGradient(lowering, step);
      break;
    case 'groupNorm':
      lowerGroupNorm(lowering, step);
      break;
    case 'groupNormGradient':
      lowerGroupNormGradient(lowering, step);
      break;
    case 'maxPool': {
      const argmax = lowering.tensor(step.argmax);
      const call = maxPool(maxPoolShape(lowering, step, step.input), {
        ...forwardBindings(lowering, step),
        argmax,
      });
      lowering.emit(step.operation.name, call);
      break;
    }
    case 'maxPoolGradient': {
      const argmax = lowering.tensor(step.argmax);
      const call = maxPoolGradient(maxPoolShape(lowering, step, step.inputGradient), {
        ...backwardBindings(lowering, step),
        argmax,
      });
      lowering.emit(step.operation.name, call);
      break;
    }
    case 'globalAveragePool': {
      const shape = lowering.shape(step.input);
      const call = globalAveragePool(shape, forwardBindings(lowering, step));
      lowering.emit(step.operation.name, call);
      break;
    }
    case 'globalAveragePoolGradient': {
      const shape = lowering.shape(step.inputGradient);
      const bindings = backwardBindings(lowering, step);
      const call = globalAveragePoolGradient(shape, bindings, step.accumulate);
      lowering.emit(step.operation.name, call);
      break;
    }
    case 'subsamplePad': {
      const { name, from } = step.operation;
      const shape = lowering.shape(step.output);
      lowering.emit(name, subsamplePad(shape, from, forwardBindings(lowering, step)));
      break;
    }
    case 'subsamplePadGradient': {
      const { name, from } = step.operation;
      const shape = lowering.shape(step.outputGradient);
      const call = subsamplePadGradient(shape, from, backwardBindings(lowering, step));
      lowering.emit(name, call);
      break;
    }
    case 'dropout': {
      const bindings = { ...forwardBindings(lowering, step), step: STEP_BINDING };
      const shape = dropoutShape(lowering, step, step.output);
      lowering.emit(step.operation.name, dropout(shape, bindings));
      break;
    }
    case 'dropoutGradient': {
      const bindings = { ...backwardBindings(lowering, step), step: STEP_BINDING };
      const shape = dropoutShape(lowering, step, step.inputGradient);
      const call = dropoutGradient(shape, bindings);
      lowering.emit(step.operation.name, call);
      break;
    }
    case 'channelGate': {
      const factors = lowering.tensor(step.factors);
      const bindings = { ...forwardBindings(lowering, step), factors };
      lowering.emit(step.operation.name, channelGate(lowering.shape(step.input), bindings));
      break;
    }
    case 'channelGateGradient': {
      const bindings = {
        gradient: lowering.tensor(step.outputGradient),
        input: lowering.tensor(step.input),
        factors: lowering.tensor(step.factors),
        inputGradient: lowering.tensor(step.inputGradient),
        factorsGradient: lowering.tensor(step.factorsGradient),
      };
      const shape = lowering.shape(step.outputGradient);
      lowering.emit(step.operation.name, channelGateGradient(shape, bindings));
      break;
    }
    case 'scale':
      lowerScale(lowering, step);
      break;
    case 'scaleGradient':
      lowerScaleGradient(lowering, step);
      break;
    case 'scaleWeightGradient':
      lowerScaleWeightGradient(lowering, step);
      break;
    case 'gate':
      lowerGate(lowering, step);
      break;
    case 'gateGradient':
      lowerGateGradient(lowering, step);
      break;
    case 'softmaxCrossEntropy': {
      const { labelSmoothing, mixes } = step;
      const call = softmaxCrossEntropy(
        { ...lossShape(lowering, step), labelSmoothing, mixes, metricsRow },
        {
          ...lossBindings(lowering, step, metricsFloats),
          logitsGradient: lowering.tensor(step.logitsGradient),
        },
      );
      lowering.emit('loss', call);
      break;
    }
    case 'softmaxCrossEntropyEvaluation': {
      const call = softmaxCrossEntropyEvaluation(
        { ...lossShape(lowering, step), metricsRow },
        lossBindings(lowering, step, metricsFloats),
      );
      lowering.emit('loss', call);
      break;
    }
    case 'channelMoments':
      lowerChannelMoments(lowering, tablesOf(context).responses, step);
      break;
    case 'activationStd':
      lowerActivationStd(lowering, tablesOf(context).responses, step, context);
      break;
    case 'addGradients':
      lowerAddGradients(lowering, tablesOf(context).update, step);
      break;
    case 'adam':
      lowerAdam(lowering, tablesOf(context).update, step);
      break;
    case 'muon':
      lowerMuon(lowering, tablesOf(context).update, step);
      break;
    case 'sgd':
      lowerSgd(lowering, tablesOf(context).update, step);
      break;
    case 'average':
      lowerAverage(lowering);
      break;
    case 'parameterNorms':
      lowerParameterNorms(lowering, tablesOf(context), metricsFloats);
      break;
    default:
      step satisfies never;
  }
}

function lowerBatchNormEvaluation(
  lowering: Lowering,
  { epsilon }: StepOf<'batchNormEvaluation'>,
): void {
  const { statisticFloats } = lowering.layout;
  const running = floats('running', 0, statisticFloats);
  const statistics = floats('statistics', 0, statisticFloats);
  const call = batchNormEvaluation(
    { channels: statisticFloats / 2, epsilon },
    { running, statistics },
  );
  lowering.emit('running statistics', call);
}

type Simple = 'maxPool' | 'globalAveragePool' | 'subsamplePad' | 'dropout' | 'channelGate';

const forwardBindings = (lowering: Lowering, { input, output }: StepOf<Simple>) => ({
  input: lowering.tensor(input),
  output: lowering.tensor(output),
});

const backwardBindings = (
  lowering: Lowering,
  { outputGradient, inputGradient }: StepOf<`${Simple}Gradient`>,
) => ({
  outputGradient: lowering.tensor(outputGradient),
  inputGradient: lowering.tensor(inputGradient),
});

/** @param input or its gradient. */
function maxPoolShape(
  lowering: Lowering,
  { operation: { kernel, stride, padding } }: StepOf<'maxPool' | 'maxPoolGradient'>,
  input: Parameters<Lowering['shape']>[0],
) {
  return { ...lowering.shape(input), kernel, stride, padding };
}

function dropoutShape(
  lowering: Lowering,
  { operation: { rate, stream } }: StepOf<'dropout' | 'dropoutGradient'>,
  output: Parameters<Lowering['shape']>[0],
) {
  const { batch, channels, height, width, format } = lowering.shape(output);
  return { batch, features: channels * height * width, format, rate, stream };
}

type Loss = StepOf<'softmaxCrossEntropy' | 'softmaxCrossEntropyEvaluation'>;

const lossShape = ({ batch }: Lowering, { logits }: Loss) => ({
  batch,
  classes: logits.shape.channels,
});

const lossBindings = (lowering: Lowering, { logits }: Loss, metricsFloats: number) => ({
  logits: lowering.tensor(logits),
  labels: floats('labels', 0, lowering.batch),
  metrics: floats('metrics', 0, metricsFloats),
  step: STEP_BINDING,
});

function tablesOf({ tables }: StepContext) {
  if (tables === null) throw new Error('a step of training in an evaluation');
  return tables;
}

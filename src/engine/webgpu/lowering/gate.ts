/** A value times its gate, and the gradients of both. */
import type { BatchTensor, StepOf } from '../../plan/steps.ts';
import { countOf } from '../kernels/batchNormStatistics/batchNormStatistics.ts';
import { product, type ProductFactor } from '../kernels/product/product.ts';
import type { Lowering } from './lowering.ts';

export function lowerGate(lowering: Lowering, step: StepOf<'gate'>): void {
  const { input, gate, output } = step;
  multiply(lowering, step, input, gate, output, factorOf(step));
}

export function lowerGateGradient(lowering: Lowering, step: StepOf<'gateGradient'>): void {
  const { operation, input, gate, outputGradient, inputGradient, gateGradient } = step;
  multiply(lowering, step, outputGradient, gate, inputGradient, factorOf(step));
  const sign = operation.complement ? 'negative' : 'itself';
  multiply(lowering, step, outputGradient, input, gateGradient, sign, step.accumulate);
}

const factorOf = ({ operation }: StepOf<'gate' | 'gateGradient'>): ProductFactor =>
  operation.complement ? 'complement' : 'itself';

function multiply(
  lowering: Lowering,
  { operation }: StepOf<'gate' | 'gateGradient'>,
  a: BatchTensor,
  b: BatchTensor,
  output: BatchTensor,
  factor: ProductFactor,
  accumulate = false,
): void {
  const shape = lowering.shape(output);
  const bindings = {
    ...{ a: lowering.tensor(a), b: lowering.tensor(b) },
    output: lowering.tensor(output),
  };
  const options = { accumulate, format: shape.format };
  lowering.emit(
    operation.name,
    product(shape.channels * countOf(shape), factor, bindings, options),
  );
}

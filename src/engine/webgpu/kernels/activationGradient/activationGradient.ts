/** Backward through an activation that no BatchNorm precedes. */
import type { Activation } from '../../../plan/operations/operation.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import { ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { storagePrelude, type TensorFormat } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import source from './activationGradient.wgsl?raw';

const LANES = 256;
const MAX_GROUPS = 65_535;

/** All of `count` elements, all in `format`. In place, unless `inputGradient` is another binding: then added to that. */
export function activationGradient<B>(
  count: number,
  activation: Activation,
  buffers: { readonly gradient: B; readonly output: B; readonly inputGradient: B },
  format?: TensorFormat,
): KernelCall<B> {
  const groups = ceilDiv(count, LANES);
  const columns = Math.min(groups, MAX_GROUPS);
  const { gradient, output, inputGradient } = buffers;
  const inPlace = gradient === inputGradient;
  const { directives, declarations } = storagePrelude({ Stored: format });
  const flags = { ACTIVATION: ACTIVATION_INDEX[activation], IN_PLACE: inPlace };
  return kernelCall({
    kernel: 'activationGradient',
    code: () =>
      withConstants(
        { COUNT: count, LANES },
        declarations + expandTemplate(nan + activationSource + source, flags),
        directives,
      ),
    bindings: [gradient, output, ...(inPlace ? [] : [inputGradient])],
    workgroups: [columns, ceilDiv(groups, columns), 1],
  });
}

/** Backward through an activation that no BatchNorm precedes, in place. */
import { expandTemplate } from '../../webgpu/template.ts';
import { ACTIVATION_INDEX, type Activation } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import { ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import source from './activationGradient.wgsl?raw';

const LANES = 256;
const MAX_GROUPS = 65_535;

/** `gradient` and `output`: `count` elements each. */
export function activationGradient<B>(
  count: number,
  activation: Activation,
  { gradient, output }: { readonly gradient: B; readonly output: B },
): KernelCall<B> {
  const groups = ceilDiv(count, LANES);
  const columns = Math.min(groups, MAX_GROUPS);
  const flags = { ACTIVATION: ACTIVATION_INDEX[activation] };
  return {
    kernel: 'activationGradient',
    code: withConstants(
      { COUNT: count, LANES },
      expandTemplate(nan + activationSource + source, flags),
    ),
    bindings: [gradient, output],
    workgroups: [columns, ceilDiv(groups, columns), 1],
  };
}

/** Where a step finds what it works on, and the step itself. */
import type { StateLayout } from '../../plan/layout.ts';
import type { BatchTensor } from '../../plan/steps.ts';
import type { CpuKernel } from '../kernels/kernel.ts';
import type { Place, Resident } from '../memoryMap.ts';
import type { CpuStep } from './step.ts';

export const tensor = (of: BatchTensor): Place => ({ tensor: of });

export const resident = (name: Resident, floats = 0): Place => ({
  resident: name,
  bytes: 4 * floats,
});

/** @throws Error where the network has no such parameter. */
export function parameterPlace(
  layout: StateLayout,
  buffer: 'weights' | 'gradients',
  name: string,
): Place {
  const slot = layout.parameterOf.get(name);
  if (slot === undefined) throw new Error(`no parameter ${name}`);
  return resident(buffer, slot.offset);
}

/** A step that runs a kernel. Kernels made by the same function from equal arguments are one. */
export function kernelStep<T extends string, A extends readonly unknown[]>(
  layer: string,
  places: Readonly<Record<T, Place>>,
  make: (...args: A) => CpuKernel<T>,
  ...args: A
): CpuStep {
  const kernel = make(...args);
  const key = `${kernel.kernel} ${JSON.stringify(args)}`;
  return { kind: 'kernel', layer, kernel, key, places };
}

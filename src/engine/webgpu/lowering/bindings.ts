/** What the kernels of a plan bind: stretches of resident buffers, and tensors that share slots. */
import type { Binding, ResidentName } from '../../plan/buffers.ts';
import { STEP_BYTES } from '../kernels/step.ts';

export const BYTES_PER_FLOAT = 4;

export const STEP_BINDING: Binding = { buffer: 'step', offset: 0, size: STEP_BYTES };

/** `length` floats of a resident buffer from float `offset` on. */
export function floats(buffer: ResidentName, offset: number, length: number): Binding {
  return { buffer, offset: offset * BYTES_PER_FLOAT, size: length * BYTES_PER_FLOAT };
}

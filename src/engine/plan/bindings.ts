/** Bindings of resident buffers that every plan uses in the same way. */
import { STEP_BYTES } from '../webgpu/kernels/step.ts';
import type { Binding } from './buffers.ts';

export const STEP_BINDING: Binding = { buffer: 'step', offset: 0, size: STEP_BYTES };

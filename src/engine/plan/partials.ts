/**
 * Room for the split weight gradients. A convolution's weight gradient has few outputs and a huge reduction, so it is
 * cut into `splits` parts, each summed by other workgroups into a copy of its own; `sumPartials` adds the copies up in
 * order. With one part the gradient is written in place.
 */
import type { ConvShape } from '../kernels/convForward/shape.ts';
import { convWeightGradientSplits } from '../kernels/convWeightGradient/convWeightGradient.ts';
import type { Binding } from './buffers.ts';
import type { StateLayout } from './layout.ts';
import { floats } from './lowering.ts';

/** Where `sumPartials` finds a parameter's copies; offsets and strides in floats. */
export interface PartialSlot {
  readonly offset: number;
  readonly splits: number;
  readonly stride: number;
}

export class PartialSums {
  readonly slotOf = new Map<string, PartialSlot>();
  readonly #layout: StateLayout;
  #floats = 0;

  constructor(layout: StateLayout) {
    this.#layout = layout;
  }

  /** Floats of the buffer; at least one binding's worth, as a buffer may not be empty. */
  get floats(): number {
    return Math.max(64, this.#floats);
  }

  /** Reserves the copies of `weight`'s gradient and says where its kernel writes them. */
  of(weight: string, shape: ConvShape): { splits: number; partials: Binding } {
    const slot = this.#layout.parameterOf.get(weight);
    if (slot === undefined) throw new Error(`no parameter ${weight}`);
    const splits = convWeightGradientSplits(shape);
    if (splits === 1) return { splits, partials: floats('gradients', slot.offset, slot.length) };
    const offset = this.#floats;
    this.#floats += Math.ceil((splits * slot.length) / 64) * 64;
    this.slotOf.set(weight, { offset, splits, stride: slot.length });
    return { splits, partials: floats('partials', offset, splits * slot.length) };
  }
}

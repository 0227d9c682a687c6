/**
 * Adds up weight gradients. A convolution's has few outputs and a huge reduction, so its kernel writes many copies, each
 * a part of the sum; `sumPartials` adds them up in order. The copies of several layers share one buffer,
 * which is summed and used again whenever it is full.
 */
import type { Binding } from '../../plan/buffers.ts';
import type { StateLayout } from '../../plan/layout.ts';
import type { KernelCall } from '../kernels/kernel.ts';
import {
  PIECE_WORDS,
  type Piece,
  packPieces,
  piecesOf,
  type SumLanes,
} from '../kernels/sumPartials/pieces.ts';
import { sumPartials } from '../kernels/sumPartials/sumPartials.ts';
import { floats } from './bindings.ts';

/** Floats of copies before they are summed: 16 MiB. One layer alone may need more. */
const FULL = 2 ** 22;
/** Binding alignment, in floats, and in rows of the table. */
const ALIGNMENT = 64;
const ALIGNED_ROWS = ALIGNMENT / PIECE_WORDS;

const EMPTY: Piece = {
  ...{ offset: 0, length: 0, copyOffset: 0, copies: 0, copyStride: 0, groups: 1 },
};

interface GradientSumsOptions {
  readonly layout: StateLayout;
  readonly lanes: SumLanes;
  readonly emit: (call: KernelCall<Binding>) => void;
  /** Where this table's rows begin among those of other tables: what `finish` gave for these. */
  readonly firstRow: number;
}

export class GradientSums {
  readonly #options: GradientSumsOptions;
  readonly #pieces: Piece[] = [];
  #summed = 0;
  #used = 0;
  #most = ALIGNMENT;

  constructor(options: GradientSumsOptions) {
    this.#options = options;
  }

  /** Floats of the copies' buffer. */
  get partialFloats(): number {
    return this.#most;
  }

  /** Where the kernel of `weight`'s gradient writes its copies. With a single copy that is the gradient itself. */
  partialsOf(weight: string, copies: number): Binding {
    const slot = this.#options.layout.parameterOf.get(weight);
    if (slot === undefined) throw new Error(`no parameter ${weight}`);
    if (copies === 1) return floats('gradients', slot.offset, slot.length);
    const size = copies * slot.length;
    if (this.#used > 0 && this.#used + size > FULL) this.#sum();
    const copyOffset = this.#used;
    this.#used += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    this.#most = Math.max(this.#most, this.#used);
    this.#pieces.push(...piecesOf(slot, { copies, copyOffset }, this.#options.lanes));
    return floats('partials', copyOffset, size);
  }

  /** Sums the rest. @returns the finished table of pieces. */
  finish(): Uint32Array<ArrayBuffer> {
    this.#sum();
    return packPieces(this.#pieces, this.#options.lanes);
  }

  /** Emits the sum of all pieces added since the last. */
  #sum(): void {
    const first = this.#summed;
    if (this.#pieces.length === first) return;
    // The next sum's rows must start where they can be bound.
    while (this.#pieces.length % ALIGNED_ROWS !== 0) this.#pieces.push(EMPTY);
    const pieces = this.#pieces.length - first;
    const { layout, lanes, emit, firstRow } = this.#options;
    const row = firstRow + first;
    const call = sumPartials(
      { pieces, lanes },
      {
        pieceTable: floats('pieceTable', row * PIECE_WORDS, pieces * PIECE_WORDS),
        copies: floats('partials', 0, this.#used),
        gradients: floats('gradients', 0, layout.parameterFloats),
      },
    );
    emit(call);
    this.#summed = this.#pieces.length;
    this.#used = 0;
  }
}

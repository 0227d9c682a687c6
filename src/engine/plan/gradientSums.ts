/**
 * Puts the gradients together. A convolution's weight gradient has few outputs and a huge reduction, so its kernel writes
 * many copies, each a part of the sum; `sumPartials` adds them up in order and squares the result for the norms. The
 * copies of several layers share one buffer, which is summed and used again whenever it is full.
 */
import { CHUNK_WORDS, type Chunk, chunksOf, packChunks } from '../kernels/chunks.ts';
import { sumPartials } from '../kernels/sumPartials/sumPartials.ts';
import type { Binding } from './buffers.ts';
import type { ParameterSlot } from './layout.ts';
import { floats, type Lowering } from './lowering.ts';

/** Floats of copies before they are summed: 16 MiB. One layer alone may need more. */
const FULL = 2 ** 22;
/** Binding alignment, in floats. */
const ALIGNMENT = 64;

const EMPTY: Chunk = { offset: 0, length: 0, partialOffset: 0, splits: 0, splitStride: 0 };

/** A parameter's rows of the chunk table. */
export interface ChunkRange {
  readonly first: number;
  readonly count: number;
}

export class GradientSums {
  readonly #lowering: Lowering;
  readonly #chunks: Chunk[] = [];
  readonly #rangeOf = new Map<string, ChunkRange>();
  readonly #firstRow: number;
  #summed = 0;
  #used = 0;
  #most = ALIGNMENT;

  /** @param firstRow where this table's rows begin among those of other tables, a multiple of 64. */
  constructor(lowering: Lowering, firstRow = 0) {
    this.#lowering = lowering;
    this.#firstRow = firstRow;
  }

  /** Floats of the copies' buffer. */
  get partialFloats(): number {
    return this.#most;
  }

  /** Where the kernel of `weight`'s gradient writes its copies. With a single copy that is the gradient itself. */
  partialsOf(weight: string, copies: number): Binding {
    const slot = this.#lowering.layout.parameterOf.get(weight);
    if (slot === undefined) throw new Error(`no parameter ${weight}`);
    if (copies === 1) return floats('gradients', slot.offset, slot.length);
    const size = copies * slot.length;
    if (this.#used > 0 && this.#used + size > FULL) this.#sum();
    const offset = this.#used;
    this.#used += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    this.#most = Math.max(this.#most, this.#used);
    this.#addChunks(slot, { offset, copies });
    return floats('partials', offset, size);
  }

  /** Sums what is left, and squares the gradients that needed no sum. @returns the finished chunk table. */
  finish(): Uint32Array<ArrayBuffer> {
    for (const slot of active(this.#lowering)) {
      if (!this.#rangeOf.has(slot.parameter.name)) this.#addChunks(slot, null);
    }
    this.#sum();
    return packChunks(this.#chunks);
  }

  rangeOf(parameter: string): ChunkRange | undefined {
    return this.#rangeOf.get(parameter);
  }

  #addChunks(
    { parameter, offset, length }: ParameterSlot,
    partial: { offset: number; copies: number } | null,
  ): void {
    const first = this.#chunks.length;
    this.#chunks.push(...chunksOf(length, offset, partial));
    this.#rangeOf.set(parameter.name, { first, count: this.#chunks.length - first });
  }

  /** Emits the sum of all chunks added since the last. */
  #sum(): void {
    const first = this.#summed;
    if (this.#chunks.length === first) return;
    // The next sum's rows must start where they can be bound.
    while (this.#chunks.length % ALIGNMENT !== 0) this.#chunks.push(EMPTY);
    const chunks = this.#chunks.length - first;
    const row = this.#firstRow + first;
    const call = sumPartials(
      { chunks },
      {
        chunkTable: floats('chunkTable', row * CHUNK_WORDS, chunks * CHUNK_WORDS),
        partials: floats('partials', 0, Math.max(ALIGNMENT, this.#used)),
        gradients: floats('gradients', 0, this.#lowering.layout.parameterFloats),
        chunkSquares: floats('chunkSquares', row, chunks),
      },
    );
    this.#lowering.emit('update', 'gradients', call);
    this.#summed = this.#chunks.length;
    this.#used = 0;
  }
}

/** The parameters that move: those under a cut shortcut do not. */
const active = ({ layout }: Lowering): readonly ParameterSlot[] =>
  layout.parameters.filter(({ parameter }) => parameter.active);

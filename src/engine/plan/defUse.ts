/** Who makes a value and who reads it: what a kernel can do in passing depends on it. */
import type { NodeId } from '../../model/graph.ts';
import { isCheap, type LoadNorm } from '../webgpu/kernels/normalize.ts';
import type { BatchNormNode, Operation, PointwiseOperation } from './operations.ts';

/** BatchNorm, with an activation or none behind it. */
export type NormOperation = PointwiseOperation & { readonly norm: BatchNormNode };

/** A BatchNorm and activation that the convolution behind them does as it loads. */
export type LoadedOperation = NormOperation & Pick<LoadNorm<unknown>, 'activation'>;

export class DefUse {
  readonly #maker = new Map<NodeId, Operation>();
  readonly #readers = new Map<NodeId, Operation[]>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      this.#maker.set(operation.output, operation);
      for (const value of valuesOf(operation)) {
        this.#readers.set(value, [...this.readersOf(value), operation]);
      }
    }
  }

  /** A reader once for each time it reads `value`. */
  readersOf(value: NodeId): readonly Operation[] {
    return this.#readers.get(value) ?? [];
  }

  /** Whether a BatchNorm takes statistics of `value`. */
  isNormalized(value: NodeId): boolean {
    return this.readersOf(value).some((reader) => hasNorm(reader) && reader.input === value);
  }

  /** The BatchNorm, with or without activation and addition, that `value` is the result of. */
  normOf(value: NodeId): NormOperation | null {
    const maker = this.#maker.get(value);
    return maker !== undefined && hasNorm(maker) ? maker : null;
  }

  /** Whether `operation`'s result need never be in memory: it costs little, and a single convolution reads it. */
  isLoaded(operation: PointwiseOperation): operation is LoadedOperation {
    const [reader, another] = this.readersOf(operation.output);
    return (
      hasNorm(operation) &&
      operation.shortcut === null &&
      isCheap(operation.activation) &&
      reader?.kind === 'conv' &&
      another === undefined
    );
  }
}

const hasNorm = (operation: Operation): operation is NormOperation =>
  operation.kind === 'pointwise' && operation.norm !== null;

/** The values that `operation` reads. */
export const valuesOf = (operation: Operation): readonly NodeId[] =>
  operation.kind === 'pointwise' && operation.shortcut !== null
    ? [operation.input, operation.shortcut.value]
    : [operation.input];

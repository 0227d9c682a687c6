/** Which operation makes a value and which ones read it. */
import type { NodeId } from '../../model/graph.ts';
import { hasNorm, type NormOperation, type Operation, valuesOf } from './operations/operation.ts';

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

  /** A reader appears once for each time it reads `value`. */
  readersOf(value: NodeId): readonly Operation[] {
    return this.#readers.get(value) ?? [];
  }

  /** Whether a BatchNorm takes statistics of `value`. */
  isNormalized(value: NodeId): boolean {
    return this.readersOf(value).some((reader) => hasNorm(reader) && reader.input === value);
  }

  /** The BatchNorm, perhaps with an addition and an activation, whose result `value` is. */
  normOf(value: NodeId): NormOperation | null {
    const maker = this.#maker.get(value);
    return maker !== undefined && hasNorm(maker) ? maker : null;
  }
}

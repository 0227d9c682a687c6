/**
 * Which tensor holds the gradient of which value during backward. An identity shortcut hands its gradient on without
 * copying, so one tensor may stand for several values; it may be changed in place only once the others are done with it.
 */
import type { NodeId } from '../../model/graph.ts';
import type { BatchTensor } from './steps.ts';

export class Gradients {
  readonly #tensorOf = new Map<NodeId, BatchTensor>();

  /** Where `value`'s gradient is being gathered, if anything has reached it yet. */
  get(value: NodeId): BatchTensor | undefined {
    return this.#tensorOf.get(value);
  }

  /** Lets `tensor` hold the first contribution to `value`'s gradient. */
  set(value: NodeId, tensor: BatchTensor): void {
    if (this.#tensorOf.has(value)) throw new Error(`gradient of value ${value} is set twice`);
    this.#tensorOf.set(value, tensor);
  }

  /** The finished gradient of the value whose layer goes backward now. */
  take(value: NodeId): BatchTensor {
    const tensor = this.#tensorOf.get(value);
    if (tensor === undefined) throw new Error(`no gradient reaches value ${value}`);
    this.#tensorOf.delete(value);
    return tensor;
  }

  /**
   * Checks that only `value` still needs `tensor`, before it is added to or overwritten.
   * @throws Error when another value's gradient lies in the same tensor.
   */
  assertSole(tensor: BatchTensor, value: NodeId | null): void {
    const other = this.#otherIn(tensor, value);
    if (other !== undefined) {
      throw new Error(`the gradient of value ${other} would be overwritten`);
    }
  }

  /** Whether only `value` still needs `tensor`. */
  isSole(tensor: BatchTensor, value: NodeId | null): boolean {
    return this.#otherIn(tensor, value) === undefined;
  }

  #otherIn(tensor: BatchTensor, value: NodeId | null): NodeId | undefined {
    const held = [...this.#tensorOf].find(([other, own]) => own === tensor && other !== value);
    return held?.[0];
  }
}

/** One pass over a network under construction: its steps so far, and which tensor holds which value or gradient. */
import type { LayerGraph, NodeId, TensorShape } from '../../model/graph.ts';
import { DefUse } from './defUse.ts';
import type { FormatOf } from './formats.ts';
import { Gradients } from './gradients.ts';
import { type Operation, valuesOf } from './operations/operation.ts';
import type { BatchTensor, CompletedNorm, PlanStep } from './steps.ts';

/** Training normalises by the batch and drops out; evaluation normalises by the running statistics. */
type Mode = 'training' | 'evaluation';

export class PassBuilder {
  readonly steps: PlanStep[] = [];
  /** The node of the images. */
  readonly images: NodeId;
  readonly values = new Map<NodeId, BatchTensor>();
  /** Of each max-pool's output. */
  readonly argmax = new Map<NodeId, BatchTensor>();
  /** Of each group norm's input, by its output. */
  readonly moments = new Map<NodeId, BatchTensor>();
  readonly gradients = new Gradients();
  readonly defUse: DefUse;
  /** How many of a value's readers have gone backward. */
  readonly #doneReaders = new Map<NodeId, number>();

  constructor(
    graph: LayerGraph,
    operations: readonly Operation[],
    readonly mode: Mode,
    private readonly formatOf: FormatOf,
  ) {
    this.defUse = new DefUse(operations);
    const input = graph.nodes.find(({ kind }) => kind === 'input');
    if (input === undefined) throw new Error('layer graph has no input node');
    this.images = input.id;
    this.values.set(input.id, this.newTensor('images', input.id, input.shape));
  }

  add(step: PlanStep): void {
    this.steps.push(step);
  }

  value(id: NodeId): BatchTensor {
    const tensor = this.values.get(id);
    if (tensor === undefined) throw new Error(`value ${id} is used before it is computed`);
    return tensor;
  }

  setValue(id: NodeId, tensor: BatchTensor): void {
    this.values.set(id, tensor);
  }

  /** A new tensor for the operation's result. */
  newValue({ name, output, outputShape }: Operation): BatchTensor {
    const tensor = this.newTensor(name, output, outputShape);
    this.values.set(output, tensor);
    return tensor;
  }

  /** A new tensor for the gradient of the operation's input, which nothing has reached yet. */
  newInputGradient({ name, input, inputShape }: Operation): BatchTensor {
    return this.newGradient(name, input, inputShape);
  }

  /** A new tensor for the gradient of `value`. @param name of the layer that the gradient comes from. */
  newGradient(name: string, value: NodeId, shape: TensorShape): BatchTensor {
    const tensor = this.newTensor(`${name} gradient`, value, shape);
    this.gradients.set(value, tensor);
    return tensor;
  }

  /** Called when `operation` has gone backward. */
  finish(operation: Operation): void {
    for (const value of valuesOf(operation)) {
      this.#doneReaders.set(value, (this.#doneReaders.get(value) ?? 0) + 1);
    }
  }

  /** The BatchNorm that made `value`, if a single reader of `value` has not gone backward yet. */
  completedNorm(value: NodeId): CompletedNorm | null {
    const open = this.defUse.readersOf(value).length - (this.#doneReaders.get(value) ?? 0);
    const operation = open === 1 ? this.defUse.normOf(value) : null;
    if (operation === null) return null;
    return { operation, input: this.value(operation.input), output: this.value(value) };
  }

  /** A tensor that nobody else knows. @param value whose format it has. */
  newTensor(label: string, value: NodeId, { channels, height, width }: TensorShape): BatchTensor {
    return { label, shape: { channels, height, width }, format: this.formatOf(value) };
  }
}

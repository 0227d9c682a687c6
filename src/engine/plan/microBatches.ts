/**
 * Batches that do not fit are split into micro-batches, as with gradient accumulation in PyTorch: the gradients of their
 * shares of the mean loss add up, and the weights move once. All but BatchNorm gives what the whole batch would;
 * BatchNorm normalises each micro-batch by its own statistics and updates the running ones once for each.
 */
import { ConfigError } from '../../model/errors.ts';
import type { LayerGraph } from '../../model/graph.ts';
import type { Fit, NetworkOptions, SharedBatch } from '../api.ts';
import { EngineError } from '../errors.ts';
import { splitBatch } from './splitBatch.ts';
import { t } from '../../text/t.ts';

/** Fewest images of a micro-batch: BatchNorm needs two values a channel, as PyTorch asks for. */
export function fewestImages({ nodes }: LayerGraph): number {
  const needsTwo = nodes.some(
    ({ kind, shape }) => kind === 'batchNorm' && shape.height * shape.width === 1,
  );
  return needsTwo ? 2 : 1;
}

/**
 * The sizes that `"auto"` tries, from the whole batch down: those that divide it and, if these are more than a
 * factor of two apart, others in between.
 */
export function microBatchCandidates(batchSize: number, fewest: number): number[] {
  const divides = (size: number) => batchSize % size === 0;
  const isAllowed = (size: number) => divides(size) || batchSize % size >= fewest;
  const sizes = [batchSize];
  for (let size = batchSize; ; ) {
    const half = Math.ceil(size / 2);
    const above = range(half, size - 1);
    const below = range(fewest, half - 1);
    const next = above.findLast(divides) ?? above.find(isAllowed) ?? below.findLast(isAllowed) ?? 0;
    if (next < fewest) return sizes;
    sizes.push(next);
    size = next;
  }
}

/** `first` … `last`. */
const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

/** What a device can hold. */
export interface MemoryLimits {
  /** The largest buffer. */
  readonly bufferBytes: number;
  /** All networks together; infinite where nobody knows. */
  readonly totalBytes: number;
}

/**
 * The largest micro-batches with which all networks fit together, one size a group.
 * @param leastOf less than `needsOf`, found at once: sizes for which even that is too much are not planned, but for the
 *   smallest one.
 * @throws EngineError `too-large` with the number of bytes missing; ConfigError if a given size cannot be used.
 */
export function fitMicroBatches(
  groups: readonly SharedBatch[],
  limits: MemoryLimits,
  needsOf: NeedsOf,
  leastOf: NeedsOf = () => NOTHING,
): Fit {
  const isTooMuch = ({ gpuBytes, largestBufferBytes }: MemoryNeeds) =>
    gpuBytes > limits.totalBytes || largestBufferBytes > limits.bufferBytes;
  const choices = groups.map((networks) => new Choice(networks, { needsOf, leastOf, isTooMuch }));
  for (;;) {
    const tooLarge = choices.find(
      ({ needs }) => needs.fault !== null || needs.largestBufferBytes > limits.bufferBytes,
    );
    const total = choices.reduce((sum, { needs }) => sum + needs.gpuBytes, 0);
    if (tooLarge === undefined && total <= limits.totalBytes) {
      return { sizes: choices.map(({ size }) => size), gpuBytes: total };
    }
    const shrinkable = choices.filter((choice) => choice.canShrink);
    const candidate =
      tooLarge ??
      shrinkable.toSorted((a, b) => a.needs.gpuBytes - b.needs.gpuBytes).at(-1) ??
      choices[0];
    if (candidate?.canShrink) candidate.shrink();
    else refuse(tooLarge?.needs ?? null, total, limits);
  }
}

/** Images that go through it at a time, as `NeedsOf` is given it. */
export const microBatchOf = ({ training }: NetworkOptions): number =>
  typeof training.microBatchSize === 'number' ? training.microBatchSize : training.batchSize;

/** What a network needs; its `training.microBatchSize` is a number. @throws RangeError if it cannot be planned. */
type NeedsOf = (network: NetworkOptions) => MemoryNeeds;

interface MemoryNeeds {
  readonly gpuBytes: number;
  readonly largestBufferBytes: number;
}

interface Needs extends MemoryNeeds {
  /** Why it cannot even be planned. */
  readonly fault: string | null;
}

const NOTHING: MemoryNeeds = { gpuBytes: 0, largestBufferBytes: 0 };

interface Estimates {
  readonly needsOf: NeedsOf;
  readonly leastOf: NeedsOf;
  readonly isTooMuch: (needs: MemoryNeeds) => boolean;
}

/** A group's sizes, from the largest down. */
class Choice {
  needs: Needs;
  readonly #networks: SharedBatch;
  readonly #sizes: number[];
  readonly #estimates: Estimates;
  #index = 0;

  constructor(networks: SharedBatch, estimates: Estimates) {
    this.#networks = networks;
    this.#estimates = estimates;
    this.#sizes = sizesOf(networks);
    this.needs = this.#plan();
  }

  get size(): number {
    return this.#sizes[this.#index] ?? 0;
  }

  get canShrink(): boolean {
    return this.#index + 1 < this.#sizes.length;
  }

  shrink(): void {
    this.#index++;
    this.needs = this.#plan();
  }

  #plan(): Needs {
    const { needsOf, leastOf, isTooMuch } = this.#estimates;
    const least = this.canShrink ? this.#sum(leastOf) : NOTHING;
    if (isTooMuch(least)) return { ...least, fault: null };
    try {
      return { ...this.#sum(needsOf), fault: null };
    } catch (error) {
      // More workgroups than can be dispatched.
      if (!(error instanceof RangeError)) throw error;
      return { ...NOTHING, fault: error.message };
    }
  }

  /** Of all networks at the present size. */
  #sum(of: NeedsOf): MemoryNeeds {
    const needs = this.#networks.map(({ training, ...options }) =>
      of({ ...options, training: { ...training, microBatchSize: this.size } }),
    );
    return {
      gpuBytes: needs.reduce((sum, { gpuBytes }) => sum + gpuBytes, 0),
      largestBufferBytes: Math.max(...needs.map(({ largestBufferBytes }) => largestBufferBytes)),
    };
  }
}

/** @throws ConfigError */
function sizesOf(networks: SharedBatch): number[] {
  const [{ training }] = networks;
  const { batchSize } = training;
  const fewest = Math.max(...networks.map(({ graph }) => fewestImages(graph)));
  const given = networks
    .map((network) => network.training.microBatchSize)
    .find((size) => typeof size === 'number');
  if (given === undefined) return microBatchCandidates(batchSize, fewest);
  const size = Math.min(given, batchSize);
  const last = splitBatch(batchSize, size).at(-1) ?? size;
  if (last >= fewest) return [size];
  const message = t`A batch of ${batchSize} in micro-batches of ${size} leaves one of ${last} image, and this network’s last BatchNorm needs two or more. Choose another size.`;
  throw new ConfigError([{ field: 'training.microBatchSize', message }]);
}

function refuse(needs: Needs | null, total: number, limits: MemoryLimits): never {
  const advice = t`Use a smaller batch, narrower stages, fewer blocks or smaller images.`;
  if (needs?.fault) {
    throw new EngineError('too-large', `${needs.fault} ${advice}`, 'training.batchSize');
  }
  const [needed, available] =
    needs === null ? [total, limits.totalBytes] : [needs.largestBufferBytes, limits.bufferBytes];
  const missing = needed - available;
  const message =
    needs === null
      ? t`Training needs ${needed} bytes of memory even in the smallest micro-batches allowed; ${available} are available, ${missing} are missing. ${advice}`
      : t`The largest single buffer needs ${needed} bytes of memory even in the smallest micro-batches allowed; ${available} are available, ${missing} are missing. ${advice}`;
  throw new EngineError('too-large', message, 'training.batchSize');
}

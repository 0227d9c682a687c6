/** Evaluates a network on a split: running statistics, no dropout, the training network's own weights or their average. */
import type { LayerGraph } from '../../model/graph.ts';
import type {
  EngineEvaluator,
  Evaluation,
  EvaluationOptions,
  Gather,
  KernelChoices,
  LoadImages,
} from '../api.ts';
import type { Precision } from '../plan/formats.ts';
import type { Batch } from './batch.ts';
import { checkFits, type Gpu } from './device.ts';
import { packStep } from './kernels/step.ts';
import { EVALUATION_ROWS, type EvaluationProgram, lowerEvaluation } from './lowering/program.ts';
import { allocate, encode, type PlanMemory, type PreparedDispatch, prepare } from './memory.ts';
import type { Network } from './network.ts';
import { readStaging } from './readback.ts';
import { completed } from './tuner/similar.ts';

interface EvaluationParts {
  readonly gpu: Gpu;
  readonly batch: Batch;
  readonly program: EvaluationProgram;
  readonly memory: PlanMemory;
  readonly dispatches: readonly PreparedDispatch[];
}

export class Evaluator implements EngineEvaluator {
  readonly #parts: EvaluationParts;

  private constructor(parts: EvaluationParts) {
    this.#parts = parts;
  }

  /** @throws EngineError `too-large`, `out-of-memory`, `shader`. */
  static async create(gpu: Gpu, network: Network, batch: Batch): Promise<Evaluator> {
    const { precision = 'single' } = network.options.training;
    const program = programLike(gpu, network, batch.shape.batchSize, precision);
    return Evaluator.of(gpu, program, batch, network.evaluated);
  }

  /** @param buffers with the network's tensors; the caller's. @throws EngineError as `create` does. */
  static async of(
    gpu: Gpu,
    program: EvaluationProgram,
    batch: Batch,
    { weights, running }: Readonly<Record<'weights' | 'running', GPUBuffer>>,
  ): Promise<Evaluator> {
    checkFits(gpu, [program.summary]);
    const lent = new Map(batch.lent).set('weights', weights).set('running', running);
    const memory = await allocate(gpu, program, lent);
    const dispatches = await prepare(gpu, program, memory);
    return new Evaluator({ gpu, batch, program, memory, dispatches });
  }

  get gpuBytes(): number {
    return this.#parts.program.summary.gpuBytes;
  }

  async evaluate(
    total: number,
    load: LoadImages,
    { logits = false, signal }: EvaluationOptions = {},
  ): Promise<Evaluation> {
    const { batchSize } = this.#parts.program;
    const round = batchSize * EVALUATION_ROWS;
    const classes = this.#classes;
    const allLogits = logits ? new Float32Array(total * classes) : null;
    let loss = 0;
    let hits = 0;
    for (let start = 0; start < total; start += round) {
      signal?.throwIfAborted();
      const images = Math.min(round, total - start);
      const result = await this.#round(start, images, load, logits);
      loss += result.loss;
      hits += result.hits;
      if (result.logits !== null) allLogits?.set(result.logits, start * classes);
    }
    return { loss: loss / total, lossSum: loss, accuracy: hits / total, logits: allLogits };
  }

  destroy(): void {
    for (const buffer of this.#parts.memory.owned) buffer.destroy();
  }

  get #classes(): number {
    return this.#parts.program.logits.size / 4 / this.#parts.program.batchSize;
  }

  /** Up to `EVALUATION_ROWS` batches, each in its own submit so that none runs long; one readback. */
  async #round(start: number, images: number, load: LoadImages, wantsLogits: boolean) {
    const { gpu, program } = this.#parts;
    const { device } = gpu;
    const batches = Math.ceil(images / program.batchSize);
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const metrics = this.#buffer('metrics');
    const sums = device.createBuffer({ size: metrics.size, usage });
    const logitsBytes = program.logits.size;
    const staging = wantsLogits
      ? device.createBuffer({ size: batches * logitsBytes, usage })
      : null;
    try {
      for (let i = 0; i < batches; i++) {
        const first = i * program.batchSize;
        const rows = Math.min(program.batchSize, images - first);
        const gather = load(start + first, rows);
        const encoder = device.createCommandEncoder();
        this.#encodeBatch(encoder, i, rows, gather);
        if (staging !== null) {
          encoder.copyBufferToBuffer(this.#logits, 0, staging, i * logitsBytes, logitsBytes);
        }
        if (i === batches - 1) encoder.copyBufferToBuffer(metrics, 0, sums, 0, metrics.size);
        device.queue.submit([encoder.finish()]);
      }
      const rows = await readStaging(sums);
      let loss = 0;
      let hits = 0;
      for (let i = 0; i < batches; i++) {
        loss += rows[i * program.metricsRow] ?? Number.NaN;
        hits += rows[i * program.metricsRow + 1] ?? Number.NaN;
      }
      const logits = staging === null ? null : await readStaging(staging);
      return { loss, hits, logits: logits === null ? null : this.#byImage(logits, images) };
    } finally {
      sums.destroy();
      staging?.destroy();
    }
  }

  #encodeBatch(encoder: GPUCommandEncoder, slot: number, rows: number, gather?: Gather): void {
    const { gpu, batch, dispatches } = this.#parts;
    const values = { slot, step: 0, seed: 0, rows, learningRate: 0 };
    gpu.device.queue.writeBuffer(this.#buffer('step'), 0, packStep(values));
    const fill = batch.fill(gather);
    const pass = encoder.beginComputePass();
    fill.encode(pass, 0);
    encode(pass, dispatches);
    pass.end();
  }

  /** [batches][classes, N] to [images, classes]. */
  #byImage(logits: Float32Array, images: number): Float32Array {
    const { batchSize } = this.#parts.program;
    const classes = this.#classes;
    return Float32Array.from({ length: images * classes }, (_, i) => {
      const image = Math.floor(i / classes);
      const batch = Math.floor(image / batchSize);
      const at = (batch * classes + (i % classes)) * batchSize + (image % batchSize);
      return logits[at] ?? Number.NaN;
    });
  }

  get #logits(): GPUBuffer {
    const { program, memory } = this.#parts;
    const { buffer } = program.logits;
    const slot = typeof buffer === 'string' ? undefined : program.slots.slotOf.get(buffer);
    const found = memory.slots[slot ?? -1];
    if (found === undefined) throw new Error('the logits have no slot');
    return found;
  }

  #buffer(name: 'metrics' | 'step'): GPUBuffer {
    const buffer = this.#parts.memory.residents.get(name);
    if (buffer === undefined) throw new Error(`evaluation has no buffer ${name}`);
    return buffer;
  }
}

/** The evaluation's program, made with the kernels that a network trains with, or those of its most similar shapes. */
export function programLike(
  { traits }: Gpu,
  { graph, kernelChoices }: { readonly graph: LayerGraph; readonly kernelChoices: KernelChoices },
  batchSize: number,
  precision: Precision,
): EvaluationProgram {
  const options = { traits, precision };
  const program = lowerEvaluation(graph, batchSize, { ...options, kernelChoices });
  const isComplete = program.tunables.every(({ id }) => Object.hasOwn(kernelChoices, id));
  if (isComplete || Object.keys(kernelChoices).length === 0) return program;
  return lowerEvaluation(graph, batchSize, {
    ...options,
    kernelChoices: completed(kernelChoices, program.tunables),
  });
}

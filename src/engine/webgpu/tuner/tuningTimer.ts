/** Times trials on the adapter: by timestamps if it has them, else by the wall clock around a submit. */
import { hash32 } from '../../../data/hash.ts';
import type { Gpu } from '../device.ts';
import type { KernelCall } from '../kernels/kernel.ts';
import type { Trial } from '../kernels/tunable.ts';
import { pipelineOf } from '../pipelines.ts';
import { warmUpMs } from '../warmUp.ts';
import type { Sample, TuningTimer } from './search.ts';

/** Browsers round timestamps to 0.1 ms. */
const TIMESTAMP_SAMPLE_MS = 3;
/** Software adapters are slow and share their cores with everything else. */
const SOFTWARE_SAMPLE_MS = 8;
/** A submit's latency may make up at most this share of what the wall clock shows. */
const LATENCY_SHARE = 0.1;
/** Above this latency (Firefox looks for finished work every 100 ms) the wall clock is of no use. */
const MOST_LATENCY_MS = 10;
/** Software adapters compile a kernel for about 100 ms of both cores. */
const SOFTWARE_CANDIDATES = 3;
const MOST_CANDIDATES = 8;
/** Kernels that a trial may have. */
const MOST_CALLS = 8;
/** Floats written at a time into a trial's buffers. */
const PATTERN_FLOATS = 2 ** 18;
/** Workgroups that keep all cores of a software adapter evenly busy. */
const LEAST_WORKGROUPS = 16;
/** Bytes of one trial's buffers. Larger ones are left at their default. */
const MOST_BYTES = 2 ** 29;

interface Part {
  readonly call: KernelCall<number>;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

export class GpuTuningTimer implements TuningTimer {
  readonly sampleMs: number;
  readonly firstEffort: number;
  readonly mostCandidates: number;
  readonly warmUpMs: number;
  readonly #gpu: Gpu;
  readonly #stopwatch: Stopwatch | null;
  /** By position among a trial's buffers; shared by all trials, grown as needed. */
  readonly #scratch = new Map<number, GPUBuffer>();
  readonly #own: GPUBuffer[] = [];
  #pattern: GPUBuffer | null = null;

  private constructor(gpu: Gpu, stopwatch: Stopwatch | null, sampleMs: number) {
    this.#gpu = gpu;
    this.#stopwatch = stopwatch;
    this.sampleMs = sampleMs;
    this.firstEffort = gpu.adapter.isSoftware ? 1 / 4 : 1;
    this.warmUpMs = warmUpMs(gpu);
    this.mostCandidates = gpu.adapter.isSoftware ? SOFTWARE_CANDIDATES : MOST_CANDIDATES;
  }

  /** @returns null if nothing can be timed well enough. */
  static async create(gpu: Gpu): Promise<GpuTuningTimer | null> {
    const { device, adapter } = gpu;
    if (device.features.has('timestamp-query')) {
      const sampleMs = adapter.isSoftware ? SOFTWARE_SAMPLE_MS : TIMESTAMP_SAMPLE_MS;
      return new GpuTuningTimer(gpu, new Stopwatch(device), sampleMs);
    }
    const latencyMs = await submitLatency(device);
    if (latencyMs > MOST_LATENCY_MS) return null;
    return new GpuTuningTimer(gpu, null, Math.max(SOFTWARE_SAMPLE_MS, latencyMs / LATENCY_SHARE));
  }

  /** @throws RangeError when the trial takes more memory than a test is worth; EngineError `shader`. */
  async compile(trial: Trial): Promise<Sample> {
    const { device } = this.#gpu;
    const bytes = trial.buffers.map((size) =>
      typeof size === 'number' ? 4 * size : size.byteLength,
    );
    const limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    const total = bytes.reduce((sum, size) => sum + size, 0);
    if (Math.max(...bytes) > limit || total > MOST_BYTES || trial.calls.length > MOST_CALLS) {
      throw new RangeError(`a trial of ${total} bytes is too large`);
    }
    const pipelines = await Promise.all(
      trial.calls.map(({ kernel, code }) => pipelineOf(device, kernel, code)),
    );
    let parts: Part[] | null = null;
    return async (effort) => {
      parts ??= this.#bind(trial, pipelines);
      return this.#run(parts, effort);
    };
  }

  destroy(): void {
    for (const buffer of [...this.#scratch.values(), ...this.#own]) buffer.destroy();
    this.#pattern?.destroy();
    this.#stopwatch?.destroy();
  }

  #bind(trial: Trial, pipelines: readonly GPUComputePipeline[]): Part[] {
    const { device } = this.#gpu;
    const buffers = trial.buffers.map((content, i) => this.#buffer(content, i));
    return trial.calls.map((call, i) => {
      const pipeline = pipelines[i];
      if (pipeline === undefined) throw new Error('a kernel was not compiled');
      const entries = call.bindings.map((index, binding) => {
        const part = buffers[index];
        if (part === undefined) throw new Error(`a trial has no buffer ${index}`);
        return { binding, resource: part };
      });
      const layout = pipeline.getBindGroupLayout(0);
      return { call, pipeline, bindGroup: device.createBindGroup({ layout, entries }) };
    });
  }

  #buffer(content: number | Uint32Array<ArrayBuffer>, index: number): GPUBufferBinding {
    const { device } = this.#gpu;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    if (typeof content !== 'number') {
      const buffer = device.createBuffer({ size: content.byteLength, usage });
      device.queue.writeBuffer(buffer, 0, content);
      this.#own.push(buffer);
      return { buffer };
    }
    const size = 4 * content;
    let buffer = this.#scratch.get(index);
    if (buffer === undefined || buffer.size < size) {
      // Bind groups of earlier trials may still hold the smaller one.
      if (buffer !== undefined) this.#own.push(buffer);
      buffer = device.createBuffer({ label: `trial ${index}`, size, usage });
      this.#fill(buffer);
      this.#scratch.set(index, buffer);
    }
    return { buffer, offset: 0, size };
  }

  /** Writes what activations may look like: zeros take a GPU less power, and so less time. */
  #fill(buffer: GPUBuffer): void {
    const { device } = this.#gpu;
    this.#pattern ??= patternBuffer(device);
    const encoder = device.createCommandEncoder();
    for (let at = 0; at < buffer.size; at += this.#pattern.size) {
      const size = Math.min(this.#pattern.size, buffer.size - at);
      encoder.copyBufferToBuffer(this.#pattern, 0, buffer, at, size);
    }
    device.queue.submit([encoder.finish()]);
  }

  async #run(parts: readonly Part[], effort: number): Promise<number> {
    const { device } = this.#gpu;
    const repeats = Math.max(1, Math.round(effort));
    const encoder = device.createCommandEncoder();
    const shares = parts.map(({ call, pipeline, bindGroup }, i) => {
      const workgroups = shareOf(call.workgroups, effort);
      const timestampWrites = this.#stopwatch?.writes(i);
      const pass = encoder.beginComputePass(
        timestampWrites === undefined ? {} : { timestampWrites },
      );
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      for (let r = 0; r < repeats; r++) pass.dispatchWorkgroups(...workgroups);
      pass.end();
      return (product(workgroups) / product(call.workgroups)) * repeats;
    });
    if (this.#stopwatch !== null) {
      const times = await this.#stopwatch.read(encoder, parts.length);
      return times.reduce((sum, ms, i) => sum + ms / (shares[i] ?? 1), 0);
    }
    const startMs = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    // The first kernel does nearly all of the work.
    return (performance.now() - startMs) / (shares[0] ?? 1);
  }
}

/**
 * Pseudo-random bits that are as good as f32 and as f16: pairs of halves of 0.5 to 2, of either sign, which as floats are
 * of 2⁻¹⁵ to 2.
 */
function patternBuffer(device: GPUDevice): GPUBuffer {
  const words = new Uint32Array(PATTERN_FLOATS);
  for (let i = 0; i < words.length; i++) words[i] = 0x38003800 | (hash32(0, 0, i) & 0x87ff87ff);
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: 'trial pattern', size: words.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, words);
  return buffer;
}

const product = ([x, y, z]: readonly [number, number, number]): number => x * y * z;

/** About `share` of the workgroups, taken off the longest dimension; no fewer than keep the adapter busy. */
export function shareOf(
  workgroups: readonly [number, number, number],
  share: number,
): [number, number, number] {
  const reduced: [number, number, number] = [...workgroups];
  const all = product(workgroups);
  const wanted = Math.max(all * share, Math.min(all, LEAST_WORKGROUPS));
  if (wanted >= all) return reduced;
  const longest = Math.max(...workgroups);
  const at = workgroups.lastIndexOf(longest);
  reduced[at] = Math.max(1, Math.round((longest * wanted) / all));
  return reduced;
}

/** Two timestamps a pass, read back at once. */
class Stopwatch {
  readonly #device: GPUDevice;
  readonly #querySet: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  constructor(device: GPUDevice) {
    this.#device = device;
    const size = 2 * 8 * MOST_CALLS;
    this.#querySet = device.createQuerySet({ type: 'timestamp', count: 2 * MOST_CALLS });
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    this.#resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
    this.#staging = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  }

  writes(pass: number): GPUComputePassTimestampWrites {
    const querySet = this.#querySet;
    return {
      querySet,
      beginningOfPassWriteIndex: 2 * pass,
      endOfPassWriteIndex: 2 * pass + 1,
    };
  }

  /** Submits and waits. @returns milliseconds of each pass. */
  async read(encoder: GPUCommandEncoder, passes: number): Promise<number[]> {
    const bytes = 16 * passes;
    encoder.resolveQuerySet(this.#querySet, 0, 2 * passes, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, bytes);
    this.#device.queue.submit([encoder.finish()]);
    await this.#staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const nanoseconds = new BigUint64Array(this.#staging.getMappedRange(0, bytes).slice(0));
    this.#staging.unmap();
    return Array.from({ length: passes }, (_, i) => {
      const [begin = 0n, end = 0n] = nanoseconds.subarray(2 * i, 2 * i + 2);
      return Number(end - begin) / 1e6;
    });
  }

  destroy(): void {
    this.#querySet.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}

/** Milliseconds between a submit of nothing and the news of its end. */
async function submitLatency(device: GPUDevice): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const startMs = performance.now();
    device.queue.submit([device.createCommandEncoder().finish()]);
    await device.queue.onSubmittedWorkDone();
    best = Math.min(best, performance.now() - startMs);
  }
  return best;
}

/** Advances any number of networks on one batch: one submit per step, with a pass for each micro-batch (usually one). */
import type { EngineStepper, StepMetrics, StepRequest } from '../api.ts';
import { RING_STEPS } from '../plan/metricsRow.ts';
import type { Batch } from './batch.ts';
import type { Gpu } from './device.ts';
import type { Network } from './network.ts';
import { readStaging } from './readback.ts';

interface PendingStep {
  readonly slot: number;
  readonly step: number;
  readonly learningRates: readonly number[];
}

/** Readbacks that may be under way at once. */
const MAX_IN_FLIGHT = 2;

export class Stepper implements EngineStepper {
  readonly #gpu: Gpu;
  readonly #batch: Batch;
  readonly #networks: readonly Network[];
  /** Free staging buffers, one per network in each set. */
  readonly #stagings: GPUBuffer[][];
  readonly #allStagings: readonly GPUBuffer[];
  #pending: PendingStep[] = [];
  #slot = 0;

  constructor(gpu: Gpu, batch: Batch, networks: readonly Network[]) {
    this.#gpu = gpu;
    this.#batch = batch;
    this.#networks = networks;
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    this.#stagings = Array.from({ length: MAX_IN_FLIGHT }, () =>
      networks.map((network) =>
        gpu.device.createBuffer({ size: network.buffer('metrics').size, usage }),
      ),
    );
    this.#allStagings = this.#stagings.flat();
  }

  /** One submit; a readback copies the metrics out in the same one. */
  step({
    step,
    learningRates,
    gather,
    mixup,
    readback,
  }: StepRequest): Promise<StepMetrics[][]> | null {
    if (this.#pending.length >= RING_STEPS) throw new Error('metrics ring is full: read it back');
    const stagings = readback ? this.#stagings.pop() : undefined;
    if (readback && stagings === undefined) throw new Error('two readbacks are already under way');
    const slot = this.#slot;
    this.#slot = (slot + 1) % RING_STEPS;
    this.#pending.push({ slot, step, learningRates });
    this.#networks.forEach((network, i) => {
      network.writeStep(slot, step, learningRates[i] ?? 0, mixup);
    });
    const encoder = this.#gpu.device.createCommandEncoder();
    const fill = this.#batch.fill(gather, mixup);
    for (let part = 0; part < this.#batch.parts.length; part++) {
      fill.prepare(encoder, part);
      for (const network of this.#networks) network.prepare(encoder, part);
      const pass = encoder.beginComputePass();
      fill.encode(pass, part);
      for (const network of this.#networks) network.encode(pass, part);
      pass.end();
    }
    this.#networks.forEach((network, i) => {
      const staging = stagings?.[i];
      if (staging === undefined) return;
      encoder.copyBufferToBuffer(network.buffer('metrics'), 0, staging, 0, staging.size);
    });
    this.#gpu.device.queue.submit([encoder.finish()]);
    if (stagings === undefined) return null;
    const rows = this.#pending;
    this.#pending = [];
    return this.#read(stagings, rows);
  }

  async #read(stagings: GPUBuffer[], rows: readonly PendingStep[]): Promise<StepMetrics[][]> {
    const rings = await Promise.all(stagings.map((staging) => readStaging(staging)));
    this.#stagings.push(stagings);
    return this.#networks.map((network, i) =>
      rows.map(({ slot, step, learningRates }) => {
        const ring = rings[i];
        if (ring === undefined) throw new Error('a metrics ring was not read back');
        return network.metricsOf(ring, slot, step, learningRates[i] ?? 0);
      }),
    );
  }

  destroy(): void {
    for (const staging of this.#allStagings) staging.destroy();
  }
}

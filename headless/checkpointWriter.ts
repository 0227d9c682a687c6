/** Writes the checkpoint of a headless run: `checkpoint.safetensors` in `--out`. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepMetrics } from '../src/engine/api.ts';
import type { TrainedImages } from '../src/training/checkpoint/checkpoint.ts';
import { writeCheckpoint } from '../src/training/checkpoint/write.ts';
import { isFiniteState } from '../src/training/health.ts';
import { packMetrics } from '../src/training/metrics.ts';
import { withMicroBatchSize } from '../src/training/microBatchRecord.ts';
import { mergeStates, outsideOf } from '../src/training/state.ts';
import { note } from './note.ts';
import type { Start } from './start.ts';
import type { Gpu } from '../src/engine/webgpu/device.ts';
import type { Network } from '../src/engine/webgpu/network.ts';

export const CHECKPOINT_FILE = 'checkpoint.safetensors';

export class CheckpointWriter {
  /** Milliseconds of training so far. */
  elapsedMs: number;

  constructor(
    private readonly gpu: Pick<Gpu, 'adapter'>,
    private readonly network: Pick<Network, 'save' | 'kernelChoices'> & {
      readonly summary: Pick<Network['summary'], 'microBatchSize'>;
    },
    private readonly start: Start,
    private readonly images: TrainedImages | null,
    private readonly folder: string,
  ) {
    this.elapsedMs = start.origin.elapsedMs;
  }

  /** Keeps a step's measurements for the history. */
  take(metrics: StepMetrics, stepMs: number): void {
    this.elapsedMs += stepMs;
    this.start.history.append(packMetrics('', [metrics], this.elapsedMs, stepMs));
  }

  /**
   * The file is replaced as a whole, so that one is always there to go on from; and not at all by weights that are no
   * longer finite, from which nothing can go on.
   * @param step steps done.
   */
  async write(step: number): Promise<void> {
    const { config, graph, state, history, origin } = this.start;
    const { name, colourIndex, marks, lastTest, imported, given } = origin;
    const saved = mergeStates(outsideOf(graph, state), await this.network.save());
    if (!isFiniteState(saved)) {
      note(`step ${step}: weights are no longer finite, so ${CHECKPOINT_FILE} is not written anew`);
      return;
    }
    const file = await writeCheckpoint({
      savedAtMs: Date.now(),
      adapter: this.gpu.adapter,
      runs: [
        {
          config: withMicroBatchSize(config, this.network.summary.microBatchSize),
          ...{ name, colourIndex, marks, lastTest, imported, given, step, images: this.images },
          status: step >= config.training.steps ? 'finished' : 'live',
          divergence: null,
          elapsedMs: this.elapsedMs,
          state: saved,
          history: history.state,
          kernelChoices: this.network.kernelChoices,
        },
      ],
    });
    const path = join(this.folder, CHECKPOINT_FILE);
    await writeFile(`${path}.new`, file);
    await rename(`${path}.new`, path);
  }
}

/** Commands that ask something of the runs and change nothing. No step must be under way. */
import { ChunkError, deferred } from '../chunk.ts';
import type { EngineDevice } from '../engine/api.ts';
import type { ExportChoice } from '../weights/formats/registry.ts';
import { WeightsError } from '../weights/weightsError.ts';
import { noContinuation } from './changes.ts';
import { continuationOf } from './continuation.ts';
import { predictImages, testPixels } from './evaluation.ts';
import { exportedConfig, weightsFile } from './exportWeights.ts';
import { withMicroBatchSize } from './microBatchRecord.ts';
import { profileOutcome } from './profiling.ts';
import type { Command } from './protocol/commands.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { firstLayerMissing } from './firstLayer.ts';
import type { Run } from './run.ts';
import type { RunId } from './runIdentity.ts';
import { givenWeights } from './state.ts';
import type { Trainer } from './trainer.ts';
import type { TrainingData } from './trainingData.ts';
import { t } from '../text/t.ts';

const pytorch = deferred(() => import('../weights/pytorch/continueInPyTorch.ts'));

/** A query about one run. */
export type Question = Extract<
  Command,
  { type: 'evaluate' | 'profile' | 'exportWeights' | 'continueInPyTorch' }
>;

/** The others are answered from the last snapshot where there is no device. */
export const needsDevice = ({ type }: Question): boolean =>
  type === 'evaluate' || type === 'profile';

export class Queries {
  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly trainer: Trainer,
    private readonly dataOf: (run: Run) => TrainingData,
  ) {}

  /** @param device null where the question needs none. */
  async answer(
    question: Question,
    device: EngineDevice | null,
    run: Run,
    signal: AbortSignal,
  ): Promise<void> {
    if (device !== null) await this.trainer.settle(device);
    switch (question.type) {
      case 'evaluate':
        return device === null ? Promise.resolve() : this.evaluate(device, run, signal);
      case 'profile':
        return device === null ? Promise.resolve() : this.profile(device, run, signal);
      case 'exportWeights':
        return this.exportWeights(run, question.choice);
      case 'continueInPyTorch':
        return this.continueInPyTorch(run);
      default:
        return question satisfies never;
    }
  }

  /** Tests on every test image that has arrived. */
  private async evaluate(device: EngineDevice, run: Run, signal: AbortSignal): Promise<void> {
    if (await this.trainer.tests.one(device, run, signal)) return;
    const message = t`No test image has arrived yet. Try again in a moment.`;
    this.emit({ type: 'refused', id: run.id, field: 'data.test', message });
  }

  /** Times the kernels of the run's step; the run itself stays as it is. */
  private async profile(device: EngineDevice, run: Run, signal: AbortSignal): Promise<void> {
    const outcome = await profileOutcome(device, run.onDevice, signal);
    this.emit({ type: 'profiled', id: run.id, outcome });
  }

  /** Works without a device too: the weights are then those of the last snapshot. */
  private async exportWeights(run: Run, choice: ExportChoice): Promise<void> {
    const { config, graph, step, id, lastTest, history } = run;
    if (run.awaitsImages) {
      this.emit({ type: 'exportFailed', id, message: firstLayerMissing() });
      return;
    }
    const weights = givenWeights(graph, config.training.seed, await run.state());
    const tested = history.evaluations.at(-1);
    const test =
      lastTest?.step === step && tested?.step === step
        ? { loss: tested.loss, accuracy: tested.accuracy, images: lastTest.images }
        : null;
    const { classNames } = this.dataOf(run);
    try {
      const ran = withMicroBatchSize(config, run.microBatchSize);
      const exported = exportedConfig(ran, run.weightsFrom);
      const origin = { config: exported, step, classNames, test, diverged: run.divergence };
      const { fileName, bytes } = await weightsFile(weights, origin, choice);
      this.emit({ type: 'weights', id, step, fileName, bytes });
    } catch (error) {
      this.failExport(id, error);
    }
  }

  /** @throws `error` where it is no refusal. */
  private failExport(id: RunId, error: unknown): void {
    if (!(error instanceof WeightsError || error instanceof ChunkError)) throw error;
    this.emit({ type: 'exportFailed', id, message: error.message });
  }

  /** Works without a device too, from the last snapshot. */
  private async continueInPyTorch(run: Run): Promise<void> {
    const { id, step } = run;
    const message = noContinuation(run.config);
    if (message !== null) {
      this.emit({ type: 'refused', id, field: 'training.changes', message });
      return;
    }
    if (run.awaitsImages) {
      this.emit({ type: 'refused', id, field: 'model.whitening', message: firstLayerMissing() });
      return;
    }
    const continuation = await continuationOf(run, this.dataOf(run));
    if (continuation === null) {
      const message = t`The zip includes the images, which have not all arrived. Press Step, wait for them, and try again.`;
      this.emit({ type: 'refused', id, field: 'data.train', message });
      return;
    }
    try {
      const { continueInPyTorch } = await pytorch();
      const { fileName, bytes } = continueInPyTorch(continuation);
      this.emit({ type: 'weights', id, step, fileName, bytes: bytes.buffer });
    } catch (error) {
      this.failExport(id, error);
    }
  }

  /**
   * Class probabilities of `images` under every run, on the first run's test images.
   * @returns false, having done nothing, while one of them has not arrived or a run `awaitsImages`.
   */
  async predict(device: EngineDevice, images: readonly number[]): Promise<boolean> {
    const runs = this.trainer.runs.all;
    const [first] = runs;
    if (first === undefined || runs.some(({ awaitsImages }) => awaitsImages)) return false;
    const data = this.dataOf(first);
    if (data.info === null) return false;
    const known = images.filter((image) => image < (data.info?.test ?? 0));
    if (known.some((image) => image >= data.arrived('test'))) return false;
    await this.trainer.settle(device);
    const predictions: { id: string; image: number; probabilities: number[] }[] = [];
    for (const run of known.length > 0 ? runs : []) {
      const { evaluator } = await this.trainer.runs.evaluatorOf(device, run);
      const rows = await predictImages(evaluator, data, known);
      for (const [i, image] of known.entries()) {
        predictions.push({ id: run.id, image, probabilities: rows[i] ?? [] });
      }
    }
    this.emit({ type: 'predicted', predictions, ...testPixels(data, known) });
    return true;
  }
}

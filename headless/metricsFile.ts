/** `metrics.jsonl`: a line for each step. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { StepMetrics } from '../src/engine/api.ts';
import type { LayerNames } from '../src/model/layerNames.ts';

export class MetricsFile {
  private constructor(
    private readonly file: WriteStream,
    private readonly statistics: boolean,
  ) {}

  /**
   * @param from the step to continue at in a file that is there: its earlier lines stay. Null: a new file.
   * @param statistics whether lines also have the norms of weights and updates, and the deviations of responses.
   */
  static async open(folder: string, from: number | null, statistics: boolean) {
    const path = join(folder, 'metrics.jsonl');
    if (from !== null) await keepLinesBefore(path, from);
    const file = createWriteStream(path, { flags: from === null ? 'w' : 'a' });
    return new MetricsFile(file, statistics);
  }

  write(metrics: StepMetrics, { parameterNames, activationNames }: LayerNames): void {
    const { step, loss, accuracy, learningRate } = metrics;
    const byName = (names: readonly string[], values: Float32Array) =>
      Object.fromEntries(names.map((name, i) => [name, values[i]]));
    const gradNorm = byName(parameterNames, metrics.gradNorm);
    const more = this.statistics
      ? {
          weightNorm: byName(parameterNames, metrics.weightNorm),
          updateNorm: byName(parameterNames, metrics.updateNorm),
          activationStd: byName(activationNames, metrics.activationStd),
        }
      : {};
    const line = { step, loss, accuracy, learningRate, gradNorm, ...more };
    this.file.write(`${JSON.stringify(line)}\n`);
  }

  async close(): Promise<void> {
    this.file.end();
    await finished(this.file);
  }
}

/** Drops what the file has of `step` and later, if there is such a file. */
async function keepLinesBefore(path: string, step: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const kept = text.split('\n').filter((line) => Number(/^\{"step":(\d+),/.exec(line)?.[1]) < step);
  await writeFile(path, kept.map((line) => `${line}\n`).join(''));
}

/** `metrics.jsonl`: a line for each step. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepMetrics } from '../src/engine/api.ts';
import type { LayerNames } from '../src/model/layerNames.ts';
import { cantWrite, writeWhole } from './outputFile.ts';
import { METRICS_FILE } from './runFolder.ts';

export class MetricsFile {
  private constructor(
    private readonly path: string,
    private readonly file: number,
    private readonly statistics: boolean,
    /** Up to the end of the last line. */
    private bytes: number,
  ) {}

  /**
   * @param from the step to continue at in a file that is there: its earlier lines stay. Null: a new file.
   * @param statistics whether lines also have the norms of weights and updates, and the deviations of responses.
   * @throws HeadlessError in one line
   */
  static async open(folder: string, from: number | null, statistics: boolean) {
    const path = join(folder, METRICS_FILE);
    const bytes = from === null ? 0 : await keepLinesBefore(path, from);
    try {
      const file = openSync(path, from === null ? 'w' : 'a');
      return new MetricsFile(path, file, statistics, bytes);
    } catch (error) {
      throw cantWrite(path, error);
    }
  }

  /** @throws HeadlessError in one line; no part of a line stays. */
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
    this.append(Buffer.from(`${JSON.stringify(line)}\n`));
  }

  private append(line: Buffer): void {
    try {
      // The system may take less than all of it.
      for (let done = 0; done < line.length; ) done += writeSync(this.file, line, done);
      this.bytes += line.length;
    } catch (error) {
      try {
        ftruncateSync(this.file, this.bytes);
      } catch {
        // No file, but a device or a pipe.
      }
      throw cantWrite(this.path, error);
    }
  }

  close(): void {
    closeSync(this.file);
  }
}

/** Drops what the file has of `step` and later, if there is such a file. @returns the bytes that stay. */
async function keepLinesBefore(path: string, step: number): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const kept = text.split('\n').filter((line) => Number(/^\{"step":(\d+),/.exec(line)?.[1]) < step);
  const content = Buffer.from(kept.map((line) => `${line}\n`).join(''));
  await writeWhole(path, content);
  return content.length;
}

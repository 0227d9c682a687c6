/** Writes the checkpoint of a headless run: `checkpoint.safetensors` in `--out`. */
import { join } from 'node:path';
import type { AdapterDescription } from '../src/engine/api.ts';
import type { DatasetIdentity } from '../src/training/checkpoint/checkpoint.ts';
import { writeCheckpoint } from '../src/training/checkpoint/write.ts';
import type { Run } from '../src/training/run.ts';
import { writeWhole } from './outputFile.ts';
import { CHECKPOINT_FILE } from './runFolder.ts';

/** Between two checkpoints, unless a command says after how many steps. */
const PERIOD_MS = 120_000;
/** Of the time, at most, that checkpoints may take: those of large networks are then further apart. */
const TIME_SHARE = 0.05;

/** Decides when a checkpoint is due. */
export class CheckpointClock {
  private writtenMs: number;
  private costMs = 0;

  /** @param everySteps null: by time. */
  constructor(
    private readonly everySteps: number | null,
    private readonly firstStep: number,
    nowMs: number,
  ) {
    this.writtenMs = nowMs;
  }

  isDue(step: number, nowMs: number): boolean {
    if (this.everySteps !== null) return (step - this.firstStep) % this.everySteps === 0;
    return nowMs - this.writtenMs >= Math.max(PERIOD_MS, this.costMs / TIME_SHARE);
  }

  written(startMs: number, endMs: number): void {
    this.writtenMs = endMs;
    this.costMs = endMs - startMs;
  }
}

/**
 * Writes the run's last snapshot, which must have been taken just now. The file is replaced as a whole, so that there is
 * always one to resume from.
 * @throws HeadlessError in one line
 */
export async function writeCheckpointFile(
  folder: string,
  adapter: AdapterDescription,
  run: Run,
  images: DatasetIdentity | null,
): Promise<void> {
  const runs = [run.saved(images, 0)];
  const file = await writeCheckpoint({ savedAtMs: Date.now(), adapter, runs });
  await writeWhole(join(folder, CHECKPOINT_FILE), file);
}

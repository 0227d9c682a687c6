/** Writes the checkpoint of a headless run: `checkpoint.safetensors` in `--out`. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterDescription } from '../src/engine/api.ts';
import type { DatasetIdentity } from '../src/training/checkpoint/checkpoint.ts';
import { writeCheckpoint } from '../src/training/checkpoint/write.ts';
import type { Run } from '../src/training/run.ts';
import { note } from './note.ts';

export const CHECKPOINT_FILE = 'checkpoint.safetensors';

/**
 * Writes the run's last snapshot, which must have been taken just now. The file is replaced as a whole, so that there is
 * always one to resume from, and never by weights that are no longer finite, from which no run could resume.
 */
export async function writeCheckpointFile(
  folder: string,
  adapter: AdapterDescription,
  run: Run,
  images: DatasetIdentity | null,
): Promise<void> {
  if (run.lastGoodSnapshot.current.step !== run.step) {
    note(`step ${run.step}: weights are no longer finite, so ${CHECKPOINT_FILE} stays as it was`);
    return;
  }
  const runs = [run.saved(images, 0)];
  const file = await writeCheckpoint({ savedAtMs: Date.now(), adapter, runs });
  const path = join(folder, CHECKPOINT_FILE);
  await writeFile(`${path}.new`, file);
  await rename(`${path}.new`, path);
}

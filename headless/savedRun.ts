/** Runs in checkpoint files, as the command line names them. */
import type { Checkpoint, SavedRun } from '../src/training/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { HeadlessError, reason } from './files.ts';

/**
 * @param wanted a run's name, or its number counted from 1; null: the only one.
 * @throws HeadlessError naming the file and the fault.
 */
export async function readSavedRun(
  file: string,
  bytes: Uint8Array,
  wanted: string | null,
): Promise<{ readonly checkpoint: Checkpoint; readonly saved: SavedRun }> {
  const checkpoint = await readCheckpoint(bytes).catch((error: unknown) => {
    throw new HeadlessError(`${file}: ${reason(error)}`);
  });
  return { checkpoint, saved: chosenRun(file, checkpoint.runs, wanted) };
}

function chosenRun(file: string, runs: readonly SavedRun[], wanted: string | null): SavedRun {
  const [first, ...others] = runs;
  if (wanted === null && first !== undefined && others.length === 0) return first;
  const found =
    runs.find(({ name }) => name === wanted) ?? runs.find((_, i) => `${i + 1}` === wanted);
  if (found !== undefined) return found;
  const names = runs.map(({ name }, i) => `${i + 1} (${name})`).join(', ');
  throw new HeadlessError(
    wanted === null
      ? `${file} holds ${runs.length} runs: ${names}. Choose one by --run.`
      : `--run ${wanted}: ${file} holds ${names}.`,
  );
}
